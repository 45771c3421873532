import { CloseCode } from "@/protocol/close-codes";
import { HEAD_INTERVAL_MS } from "@/protocol/limits";
import type { Connection } from "./connection";

/** Connections are pinged and rooms told a part at a time, so that ten thousand writes are not one burst. */
const SLOTS = 50;

/** One timer for all: once in `HEAD_INTERVAL_MS` each connection is pinged, and each room told its head. */
export class Heartbeat {
  readonly #slots: Set<Connection>[] = Array.from({ length: SLOTS }, () => new Set());
  /** Those who have not yet said anything. */
  readonly #silent = new Set<Connection>();
  readonly #firstFrameTimeoutMs: number;
  readonly #onSlot: (slot: number, slots: number) => void;
  readonly #timer: ReturnType<typeof setInterval>;
  #added = 0;
  #tick = 0;

  constructor(options: {
    firstFrameTimeoutMs: number;
    onSlot: (slot: number, slots: number) => void;
    intervalMs?: number;
  }) {
    this.#firstFrameTimeoutMs = options.firstFrameTimeoutMs;
    this.#onSlot = options.onSlot;
    this.#timer = setInterval(() => this.#beat(Date.now()), (options.intervalMs ?? HEAD_INTERVAL_MS) / SLOTS);
  }

  add(connection: Connection): void {
    this.#slotOf(this.#added++).add(connection);
    this.#silent.add(connection);
  }

  remove(connection: Connection): void {
    this.#silent.delete(connection);
    for (const slot of this.#slots) if (slot.delete(connection)) return;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #beat(now: number): void {
    for (const connection of this.#slotOf(this.#tick)) connection.beat(now);
    for (const connection of this.#silent) {
      if (connection.hasSpoken) this.#silent.delete(connection);
      else if (now - connection.openedAt >= this.#firstFrameTimeoutMs) {
        connection.peer.close(CloseCode.firstFrameTimeout, "Nothing valid was said in time.");
      }
    }
    this.#onSlot(this.#tick % SLOTS, SLOTS);
    this.#tick++;
  }

  #slotOf(number: number): Set<Connection> {
    return this.#slots[number % SLOTS] as Set<Connection>;
  }
}
