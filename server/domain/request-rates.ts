import { config } from "@/server/config";
import { networkOf } from "./networks";
import { Refused } from "./refused";
import { TokenBuckets } from "./token-buckets";
import type { Viewer } from "./viewer";

/** Counted by each process for itself: a limit on what a process has to do, not on what a person may. */
type Rates = { requests: TokenBuckets; files: TokenBuckets; messages: TokenBuckets };

/** @throws Refused "rate_limited" */
export function countRequestFrom(address: string): void {
  count("requests", `address:${networkOf(address)}`);
}

/** A file, a preview, a picture or a part: a page asks for many of them at once. @throws Refused "rate_limited" */
export function countFileFrom(address: string): void {
  count("files", networkOf(address));
}

/** @throws Refused "rate_limited" */
export function countRequestBy(viewer: Viewer): void {
  count("requests", `user:${viewer.id}`);
}

/** @throws Refused "rate_limited" */
export function countMessageBy(viewer: Viewer): void {
  count("messages", viewer.id);
}

function count(rate: keyof Rates, key: string): void {
  const retryAfterMs = rates()[rate].take(key);
  if (retryAfterMs > 0) throw new Refused("rate_limited", "That was too fast: please slow down.", { retryAfterMs });
}

const KEY = Symbol.for("adda.request-rates");
const holder = globalThis as typeof globalThis & { [KEY]?: Rates };

/** On `globalThis`, since each of Next's bundles would count for itself. */
function rates(): Rates {
  holder[KEY] ??= {
    requests: new TokenBuckets(config().restRatePerAddress),
    files: new TokenBuckets(config().fileRatePerAddress),
    messages: new TokenBuckets(config().chatRatePerUser),
  };
  return holder[KEY];
}
