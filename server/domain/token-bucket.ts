/** How fast a bucket fills: `burst` at once, then `perSecond`. */
export type Rate = { burst: number; perSecond: number };

/** Sums of fractions fall short of a whole token by about this: who waits as long as they were told has it. */
const ROUNDING = 1e-9;

/** A token bucket without a timer: it counts what has dripped in since it was last asked. */
export class TokenBucket {
  readonly #rate: Rate;
  #tokens: number;
  #askedAt: number;

  constructor(rate: Rate, now: number) {
    this.#rate = rate;
    this.#tokens = rate.burst;
    this.#askedAt = now;
  }

  /** Takes one token. @returns 0, or how many milliseconds to wait for the next one. */
  take(now: number): number {
    const { burst, perSecond } = this.#rate;
    this.#tokens = Math.min(burst, this.#tokens + this.#drippedSince(now));
    this.#askedAt = now;
    if (this.#tokens < 1 - ROUNDING) return Math.ceil(((1 - this.#tokens) / perSecond) * 1_000);
    this.#tokens -= 1;
    return 0;
  }

  /** Takes `price` tokens whether they are there or not: what is missing has to drip in before the next `take`. */
  charge(price: number, now: number): void {
    this.#tokens = Math.min(this.#rate.burst, this.#tokens + this.#drippedSince(now)) - price;
    this.#askedAt = now;
  }

  /** True when it is full again: whoever it belongs to need not be remembered. */
  isFull(now: number): boolean {
    return this.#tokens + this.#drippedSince(now) >= this.#rate.burst;
  }

  /** A clock that is set back takes nothing out. */
  #drippedSince(now: number): number {
    return (Math.max(0, now - this.#askedAt) / 1_000) * this.#rate.perSecond;
  }
}
