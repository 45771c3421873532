import { type Rate, TokenBucket } from "./token-bucket";

/** How many upgrades an address may ask for. */
export class Admissions {
  readonly #rate: Rate;
  readonly #buckets = new Map<string, TokenBucket>();

  constructor(perMinute: number) {
    this.#rate = { burst: perMinute, perSecond: perMinute / 60 };
  }

  take(address: string, now: number): number {
    const bucket = this.#buckets.get(address) ?? new TokenBucket(this.#rate, now);
    this.#buckets.set(address, bucket);
    return bucket.take(now);
  }

  sweep(now: number): void {
    for (const [address, bucket] of this.#buckets) if (bucket.isFull(now)) this.#buckets.delete(address);
  }
}
