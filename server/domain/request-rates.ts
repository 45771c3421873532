import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { config, type TokenBucket } from "@/server/config";
import { networkOf } from "./networks";
import { Refused } from "./refused";
import type { Viewer } from "./viewer";

/** Counted by each process for itself: a limit on what a process has to do, not on what a person may. */
type Rates = { requests: RateLimiterMemory; files: RateLimiterMemory; messages: RateLimiterMemory };

/** @throws Refused "rate_limited" */
export function countRequestFrom(address: string): Promise<void> {
  return count("requests", `address:${networkOf(address)}`);
}

/** A file, a preview, a picture or a part: a page asks for many of them at once. @throws Refused "rate_limited" */
export function countFileFrom(address: string): Promise<void> {
  return count("files", networkOf(address));
}

/** @throws Refused "rate_limited" */
export function countRequestBy(viewer: Viewer): Promise<void> {
  return count("requests", `user:${viewer.id}`);
}

/** @throws Refused "rate_limited" */
export function countMessageBy(viewer: Viewer): Promise<void> {
  return count("messages", viewer.id);
}

async function count(rate: keyof Rates, key: string): Promise<void> {
  try {
    await rates()[rate].consume(key, 1);
  } catch (error) {
    if (!(error instanceof RateLimiterRes)) throw error;
    const retryAfterMs = Math.max(1, Math.ceil(error.msBeforeNext));
    throw new Refused("rate_limited", "That was too fast: please slow down.", { retryAfterMs });
  }
}

const KEY = Symbol.for("adda.request-rates");
const holder = globalThis as typeof globalThis & { [KEY]?: Rates };

/** On `globalThis`, since each of Next's bundles would count for itself. */
function rates(): Rates {
  holder[KEY] ??= {
    requests: limiter(config().restRatePerAddress),
    files: limiter(config().fileRatePerAddress),
    messages: limiter(config().chatRatePerUser),
  };
  return holder[KEY];
}

function limiter({ burst, perSecond }: TokenBucket): RateLimiterMemory {
  return new RateLimiterMemory({ points: burst, duration: burst / perSecond });
}
