import { type Rate, TokenBucket } from "./token-bucket";

const SWEEP_INTERVAL_MS = 60_000;

/** A token bucket for each key, such as an address or a person. Full buckets are forgotten, so the map stays small. */
export class TokenBuckets {
  readonly #rate: Rate;
  readonly #buckets = new Map<string, TokenBucket>();
  #sweptAt = 0;

  constructor(rate: Rate) {
    this.#rate = rate;
  }

  /** Takes one token. @returns 0, or how many milliseconds to wait for the next one. */
  take(key: string, now = performance.now()): number {
    return this.#bucketOf(key, now).take(now);
  }

  /** Takes what something cost that is known only afterwards; it may leave a debt, which delays the next `take`. */
  charge(key: string, price: number, now = performance.now()): void {
    this.#bucketOf(key, now).charge(price, now);
  }

  get size(): number {
    return this.#buckets.size;
  }

  #bucketOf(key: string, now: number): TokenBucket {
    if (now - this.#sweptAt > SWEEP_INTERVAL_MS) this.#sweep(now);
    const bucket = this.#buckets.get(key) ?? new TokenBucket(this.#rate, now);
    this.#buckets.set(key, bucket);
    return bucket;
  }

  #sweep(now: number): void {
    this.#sweptAt = now;
    for (const [key, bucket] of this.#buckets) if (bucket.isFull(now)) this.#buckets.delete(key);
  }
}
