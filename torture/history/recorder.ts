import type { Message } from "@/protocol/frames";
import type { HistoryEvent, Recorded, Told } from "./events";

/** Writes down what happens, in the order in which it happens. */
export class Recorder {
  readonly events: Recorded[] = [];
  readonly #now: () => number;
  readonly #startedAt: number;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.#startedAt = now();
  }

  get elapsedMs(): number {
    return this.#now() - this.#startedAt;
  }

  readonly record = (event: HistoryEvent): void => {
    this.events.push({ ...event, at: this.events.length, ms: this.elapsedMs });
  };
}

export type Record = Recorder["record"];

/** What of a message the checker looks at. */
export function toTold({ roomId, seq, rev, clientId, message, senderId }: Message): Told {
  return { roomId, seq, rev, clientId, message, senderId };
}
