import type { Message } from "@/protocol/frames";
import { PAGE_MAX_SIZE } from "@/protocol/limits";
import type { Change } from "@/server/backplane/backplane";
import { changesSince } from "@/server/domain/history";
import { log } from "@/server/log";
import { metrics } from "@/server/metrics";
import type { RoomFeed } from "./room-feed";

/** A hole may be two events that swapped places: wait this long before reading the database. */
const PATIENCE_MS = 50;
/** After the database failed to repair a hole. */
const RETRY_MS = 1_000;

/** `committedAtMs`: when the first of them was committed, by the database's clock; null when that is not known. */
type OnRepaired = (changes: readonly Change[], committedAtMs: number | null) => void;

/** Brings one room's feed up to what the database has. */
export class HoleRepair {
  readonly #roomId: string;
  readonly #feed: RoomFeed;
  /** Told what was missed, and what had waited for it, in order. */
  readonly #onRepaired: OnRepaired;
  #reading: Promise<void> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stopped = false;

  constructor(roomId: string, feed: RoomFeed, onRepaired: OnRepaired) {
    this.#roomId = roomId;
    this.#feed = feed;
    this.#onRepaired = onRepaired;
  }

  /** Repairs a hole that is still there after a moment; tries until it is gone. */
  soon(delayMs = PATIENCE_MS): void {
    if (this.#stopped) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      if (!this.#feed.hasHole) return;
      this.now().catch((error) => {
        log.warn({ err: error, roomId: this.#roomId }, "A hole in a room's feed could not be repaired; trying again.");
        this.soon(RETRY_MS);
      });
    }, delayMs);
  }

  /** One read at a time, however many ask. */
  now(): Promise<void> {
    this.#reading ??= this.#readMissed().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  async #readMissed(): Promise<void> {
    metrics().repairs.inc();
    for (let more = true; more; ) {
      const missed = await changesSince(this.#roomId, this.#feed.head, PAGE_MAX_SIZE);
      more = missed.more;
      const seq = more ? (missed.messages.at(-1)?.rev ?? missed.seq) : missed.seq;
      const [first] = missed.messages.filter(({ rev }) => rev > this.#feed.head);
      this.#onRepaired(this.#feed.repair(missed.messages, seq), first ? changedAtMs(first) : null);
    }
  }
}

/** Of a change that shows a link nobody keeps the moment. */
function changedAtMs({ seq, rev, sentAt, deletedAt }: Message): number | null {
  if (deletedAt) return Date.parse(deletedAt);
  return rev === seq ? Date.parse(sentAt) : null;
}
