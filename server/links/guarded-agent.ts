import { isIP, type LookupFunction } from "node:net";
import { Agent, buildConnector } from "undici";
import { nameServerLookup } from "./names";

/** Where a name leads is looked up, judged and connected to in one step: between them nothing can change the answer. */
export type Guard = {
  isAllowed(address: string): boolean;
  /** Which ports a server of the web listens on. */
  ports: ReadonlySet<string>;
  lookup?: LookupFunction;
};

export class RefusedAddress extends Error {
  override name = "RefusedAddress";
}

const CONNECT_TIMEOUT_MS = 3_000;
const HEADERS_MAX_BYTES = 16 * 1024;

/** An agent that connects to allowed addresses alone, whatever a URL, a redirect or a name server says. */
export function guardedAgent({ isAllowed, ports, lookup = nameServerLookup() }: Guard): Agent {
  const guardedLookup: LookupFunction = (hostname, options, done) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      const addresses = Array.isArray(found) ? found : [];
      if (error) return done(error, []);
      // One bad address among good ones is a name that plays with us.
      if (addresses.length === 0 || !addresses.every(({ address }) => isAllowed(address))) {
        return done(new RefusedAddress("This name leads where nobody may look."), []);
      }
      if (options.all) return done(null, addresses);
      const [first] = addresses;
      return done(null, first?.address ?? "", first?.family);
    });
  };
  const connect = buildConnector({ timeout: CONNECT_TIMEOUT_MS, lookup: guardedLookup, maxCachedSessions: 0 });

  return new Agent({
    // Every request looks its name up anew, and none meets another's connection.
    pipelining: 0,
    maxHeaderSize: HEADERS_MAX_BYTES,
    connect(options, done) {
      const port = options.port || (options.protocol === "https:" ? "443" : "80");
      const host = options.hostname.replace(/^\[|\]$/g, "");
      if (!ports.has(port)) return done(new RefusedAddress("This port is none of the web's."), null);
      // A number is never looked up.
      if (isIP(host) && !isAllowed(host)) return done(new RefusedAddress("Nobody may look there."), null);
      connect(options, (error, socket) => {
        if (error || !socket) return done(error ?? new RefusedAddress("There is no connection."), null);
        if (isAllowed(socket.remoteAddress ?? "")) return done(null, socket);
        socket.destroy();
        done(new RefusedAddress("The connection led where nobody may look."), null);
      });
    },
  });
}
