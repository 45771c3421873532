import { metrics } from "@/server/metrics";

/**
 * Where a change came from: committed by this process, by another one that told of it, or read from the database because
 * nobody told of it.
 */
export type Origin = "local" | "remote" | "repaired";

type Begun = { origin: Origin; committedAtMs: number };

/**
 * Measures the time from a commit to the write to a room's readers, by the wall clocks of the two processes: on several
 * machines it is as exact as their clocks agree. A difference below zero counts as zero.
 */
export class DeliveryLatency {
  #begun: Begun[] = [];

  begin(origin: Origin, committedAtMs: number): void {
    this.#begun.push({ origin, committedAtMs });
  }

  end({ isDelivered }: { isDelivered: boolean }): void {
    if (this.#begun.length === 0) return;
    const begun = this.#begun;
    this.#begun = [];
    if (!isDelivered) return;
    const now = Date.now();
    const { deliverySeconds } = metrics();
    for (const { origin, committedAtMs } of begun) {
      deliverySeconds[origin].observe(Math.max(0, now - committedAtMs) / 1_000);
    }
  }
}
