import { metrics } from "@/server/metrics";
import { DeliveryLatency, type Origin } from "./delivery-latency";
import { encodeTexts } from "./fan-out";
import type { Listener } from "./listener";

/** From here on a write to everybody takes longer than a commit. */
const MANY_LISTENERS = 500;
/** What one write takes, about. What is gathered waits at most as long as its own writing will take. */
const WRITE_MS = 0.005;

/** What a room's listeners are told next: gathered as text, made into bytes once, one write to each. */
export class Outgoing {
  readonly #listeners: ReadonlySet<Listener>;
  /** True while this process is committing more of the room. */
  readonly #expectsMore: () => boolean;
  #texts: string[] = [];
  readonly #latency = new DeliveryLatency();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(listeners: ReadonlySet<Listener>, expectsMore: () => boolean) {
    this.#listeners = listeners;
    this.#expectsMore = expectsMore;
  }

  add(text: string): void {
    this.#texts.push(text);
  }

  /** Measures how long these changes, which were just added, take until they are written. Once for each event. */
  measure(origin: Origin, committedAtMs: number): void {
    this.#latency.begin(origin, committedAtMs);
  }

  /**
   * A write to each of thousands takes longer than a commit: when more of the room is being committed, what has gathered
   * goes out with it.
   */
  holdsForMore(): boolean {
    if (this.#listeners.size < MANY_LISTENERS || !this.#expectsMore()) return false;
    this.#timer ??= setTimeout(() => this.flush(), this.#listeners.size * WRITE_MS);
    return true;
  }

  flush(): void {
    this.#clearTimer();
    if (this.#texts.length === 0) return;
    const bytes = encodeTexts(this.#texts);
    metrics().deliveries.inc(this.#texts.length * this.#listeners.size);
    metrics().writes.inc(this.#listeners.size);
    this.#texts = [];
    for (const listener of this.#listeners) listener.write(bytes);
    this.#latency.end({ isDelivered: this.#listeners.size > 0 });
  }

  close(): void {
    this.#clearTimer();
  }

  #clearTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
