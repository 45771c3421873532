import type { Message } from "@/protocol/frames";
import type { HistoryEvent, Recorded, Scope, Told } from "./events";

/** Writes down what happens, in the order in which it happens. */
export class Recorder {
  readonly events: Recorded[] = [];
  readonly #now: () => number;
  readonly #startedAt: number;
  /** Every reader has the text of every frame anew; one of each is enough. */
  readonly #texts = new Map<string, string>();
  #covers = 0;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.#startedAt = now();
  }

  get elapsedMs(): number {
    return this.#now() - this.#startedAt;
  }

  readonly record = (event: HistoryEvent): void => {
    this.events.push({ ...this.#withSharedText(event), at: this.events.length, ms: this.elapsedMs });
  };

  /** Begins a time in which lateness is excused or has another limit. @returns what ends it. */
  readonly cover = (scope: Scope, recoveryMs: number, limitMs?: number): (() => void) => {
    const cover = ++this.#covers;
    this.record({ type: "covers", cover, scope, recoveryMs, ...(limitMs && { limitMs }) });
    return () => this.record({ type: "uncovers", cover });
  };

  /** What we did not look at for so long, because this process was busy, is no news of the server's. */
  readonly coverPast = (backMs: number): void => {
    const cover = ++this.#covers;
    this.record({ type: "covers", cover, scope: {}, recoveryMs: 0, backMs });
    this.record({ type: "uncovers", cover });
  };

  #withSharedText(event: HistoryEvent): HistoryEvent {
    if ("messages" in event) return { ...event, messages: event.messages.map((message) => this.#share(message)) };
    if ("message" in event && typeof event.message === "object") {
      return { ...event, message: this.#share(event.message) } as HistoryEvent;
    }
    return event;
  }

  #share(told: Told): Told {
    const known = this.#texts.get(told.message);
    if (known === undefined) this.#texts.set(told.message, told.message);
    return known === undefined ? told : { ...told, message: known };
  }
}

export type Record = Recorder["record"];
export type BeginCover = Recorder["cover"];

/** What of a message the checker looks at. */
export function toTold({ id, roomId, seq, rev, clientId, message, senderId, deletedAt, links }: Message): Told {
  const told = { id, roomId, seq, rev, clientId, message, senderId, isDeleted: deletedAt !== null };
  return links ? { ...told, hasLinks: true } : told;
}
