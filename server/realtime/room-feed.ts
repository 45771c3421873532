import type { Message } from "@/protocol/frames";
import { type Change, toChange } from "@/server/backplane/backplane";
import { JOIN_MAX_BYTES, newestOfEach } from "./join-page";

/** Changes kept for those who come back soon; who was away longer reads from the database. */
export const RECENT_MAX = 128;
/** And what they weigh, in UTF-16 code units of JSON: more than one answer to a join. */
const RECENT_MAX_LENGTH = 2 * JOIN_MAX_BYTES;

const NOT_STARTED = -1;

/**
 * One room's changes in their order, as this process hears them. A change at or below the head was
 * heard; the next one moves the head; one further on waits until what lies between is there.
 */
export class RoomFeed {
  /** Before the start there is none, and everything waits: even a room's first change may be in what we start from. */
  #head = NOT_STARTED;
  #early = new Map<number, Change>();
  /** Contiguous by `rev`, up to the head. */
  #recent: Change[] = [];
  #recentLength = 0;
  /** `#recent` is everything that came after this change. */
  #recentFrom = 0;
  #isContradicted = false;

  /** True when a number came again with another message: the database was set back and gives out anew what it gave before. */
  get isContradicted(): boolean {
    return this.#isContradicted;
  }

  get head(): number {
    return this.#head;
  }

  /** True when a later change came and one before it did not. Before the start nothing is missing yet. */
  get hasHole(): boolean {
    return this.#head !== NOT_STARTED && this.#early.size > 0;
  }

  /** Starts, or starts again, from what the database has: its newest changes, up to its change `seq`. */
  restart(messages: readonly Message[], seq: number, more: boolean): void {
    this.#head = seq;
    this.#forgetEarly();
    this.#recent = messages.map(toChange);
    this.#recentLength = lengthOf(this.#recent);
    this.#recentFrom = more ? (messages[0]?.rev ?? seq + 1) - 1 : 0;
  }

  /** Takes changes in whatever order they come. @returns those whose turn it is now, in order. */
  take(changes: readonly Change[]): Change[] {
    for (const change of changes) {
      if (change.rev > this.#head) this.#early.set(change.rev, change);
      else this.#isContradicted ||= this.#recent.some(({ rev, id }) => rev === change.rev && id !== change.id);
    }
    const ready: Change[] = [];
    for (let next = this.#early.get(this.#head + 1); next; next = this.#early.get(this.#head + 1)) {
      this.#early.delete(next.rev);
      this.#head = next.rev;
      ready.push(next);
    }
    this.#keep(ready);
    return ready;
  }

  /**
   * Takes all changes after the head from the database, as of its change `seq`. Numbers that no message
   * carries any more (it was changed again since) are passed over.
   */
  repair(messages: readonly Message[], seq: number): Change[] {
    const missed = messages.filter(({ rev }) => rev > this.#head).map(toChange);
    this.#head = Math.max(this.#head, seq);
    this.#forgetEarly();
    this.#keep(missed);
    return [...missed, ...this.take([])];
  }

  /** What came after `since`, or null when that lies too far back to be at hand. */
  since(since: number): Change[] | null {
    if (since < this.#recentFrom || since > this.#head) return null;
    return newestOfEach(this.#recent.filter(({ rev }) => rev > since));
  }

  /** The latest page, or null when it is not at hand: too short a memory, or a message in it was changed. */
  latest(limit: number): { changes: Change[]; more: boolean } | null {
    const changes = this.#recent.slice(-limit);
    const whole = changes.length === limit || this.#recentFrom === 0 || this.#recentLength >= JOIN_MAX_BYTES;
    if (!whole || changes.some(({ rev, seq }) => rev !== seq)) return null;
    return { changes, more: this.#recentFrom > 0 || changes.length < this.#recent.length };
  }

  /** What waited for its turn and was overtaken by what the database had. */
  #forgetEarly(): void {
    for (const rev of this.#early.keys()) if (rev <= this.#head) this.#early.delete(rev);
  }

  #keep(changes: readonly Change[]): void {
    this.#recent.push(...changes);
    this.#recentLength += lengthOf(changes);
    if (this.#recent.length <= RECENT_MAX * 2 && this.#recentLength <= RECENT_MAX_LENGTH * 2) return;
    let dropped = Math.max(0, this.#recent.length - RECENT_MAX);
    this.#recentLength -= lengthOf(this.#recent.slice(0, dropped));
    while (this.#recentLength > RECENT_MAX_LENGTH) {
      this.#recentLength -= this.#recent[dropped]?.json.length ?? 0;
      dropped++;
    }
    this.#recentFrom = this.#recent[dropped - 1]?.rev ?? this.#recentFrom;
    this.#recent = this.#recent.slice(dropped);
  }
}

function lengthOf(changes: readonly Change[]): number {
  return changes.reduce((sum, { json }) => sum + json.length, 0);
}
