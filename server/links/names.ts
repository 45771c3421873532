import { Resolver } from "node:dns/promises";
import type { LookupFunction } from "node:net";

const TIMEOUT_MS = 2_000;

/**
 * Looks names up by asking name servers, not the system: the system also knows names of this machine's own, and a slow
 * answer would hold one of the few threads that files are written by.
 */
export function nameServerLookup(): LookupFunction {
  const resolver = new Resolver({ timeout: TIMEOUT_MS, tries: 1 });
  return (hostname, _options, done) => {
    void Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)]).then(([four, six]) => {
      const addresses = [
        ...(four.status === "fulfilled" ? four.value.map((address) => ({ address, family: 4 })) : []),
        ...(six.status === "fulfilled" ? six.value.map((address) => ({ address, family: 6 })) : []),
      ];
      if (addresses.length > 0) return done(null, addresses);
      done(Object.assign(new Error("Nobody has this name."), { code: "ENOTFOUND" }), []);
    });
  };
}
