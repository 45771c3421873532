import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Message } from "@/protocol/frames";
import { type Change, toChange } from "@/server/backplane/backplane";
import { RECENT_MAX, RoomFeed } from "./room-feed";

const LIMIT = 50;

/** One room's log in the database, and a feed that hears of it by an unreliable way. */
class World {
  readonly feed = new RoomFeed();
  readonly changes: Message[] = [];
  flying: Message[] = [];
  #toldUpTo = 0;
  #started = false;

  get lastSeq(): number {
    return this.changes.length;
  }

  commit(count: number, editEvery: number): void {
    for (let n = 0; n < count; n++) {
      const rev = this.lastSeq + 1;
      const messages = this.stateAt(this.lastSeq);
      const edited = editEvery > 0 && rev % editEvery === 0 ? messages[(rev * 7) % messages.length] : undefined;
      const change = edited ? { ...edited, rev, message: `edit ${rev}` } : message(rev);
      this.changes.push(change);
      this.flying.push(change);
    }
  }

  start(): void {
    if (this.#started) return;
    this.#started = true;
    const { messages, more } = this.#recent();
    this.feed.restart(messages, this.lastSeq, more);
    this.#toldUpTo = this.lastSeq;
    this.expectTold(this.feed.take([]));
  }

  hear(from: number, count: number, isDoubled: boolean): void {
    const at = from % Math.max(1, this.flying.length);
    const heard = isDoubled ? this.flying.slice(at, at + count) : this.flying.splice(at, count);
    this.expectTold(this.feed.take(heard.map(toChange)));
  }

  lose(from: number, count: number): void {
    this.flying.splice(from % Math.max(1, this.flying.length), count);
  }

  repair(): void {
    if (!this.#started) return;
    const missed = this.stateAt(this.lastSeq).filter(({ rev }) => rev > this.feed.head);
    this.expectTold(this.feed.repair(missed.sort(byRev), this.lastSeq));
    expect(this.feed.head).toBe(this.lastSeq);
    expect(this.feed.hasHole).toBe(false);
  }

  /** Told in order, each once, and whoever folds what they are told has what the log has. */
  expectTold(told: Change[]): void {
    for (const { rev, seq, json } of told) {
      expect(rev).toBeGreaterThan(this.#toldUpTo);
      this.#toldUpTo = rev;
      const change = this.changes[rev - 1];
      expect(seq).toBe(change?.seq);
      expect(JSON.parse(json)).toEqual(change);
    }
    if (this.#started) this.#expectAtHand();
  }

  /** The messages, in their order, as they were after the change `rev`. */
  stateAt(rev: number): Message[] {
    const bySeq = new Map<number, Message>();
    for (const change of this.changes.slice(0, rev)) bySeq.set(change.seq, change);
    return [...bySeq.values()];
  }

  #expectAtHand(): void {
    const { head } = this.feed;
    const now = this.stateAt(head);
    const latest = this.feed.latest(LIMIT);
    if (latest) expect(latest).toEqual({ changes: now.slice(-LIMIT).map(toChange), more: now.length > LIMIT });
    for (const since of [0, head - RECENT_MAX, head - 3, head - 1, head]) {
      const missed = this.feed.since(Math.max(0, since));
      if (!missed) continue;
      const had = new Map(this.stateAt(Math.max(0, since)).map((known) => [known.seq, known]));
      for (const { seq, json } of missed) had.set(seq, JSON.parse(json));
      expect([...had.values()].sort((a, b) => a.seq - b.seq)).toEqual(now);
      expect(missed).toEqual(missed.toSorted((a, b) => a.rev - b.rev));
      expect(new Set(missed.map(({ seq }) => seq)).size).toBe(missed.length);
    }
    expect(this.feed.since(head)).toEqual([]);
    expect(this.feed.since(head + 1)).toBeNull();
  }

  #recent() {
    const changed = this.stateAt(this.lastSeq).sort(byRev);
    return { messages: changed.slice(-RECENT_MAX), more: changed.length > RECENT_MAX };
  }
}

const pick = fc.nat(200);
const count = fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 150 }));
const step = fc.oneof(
  fc.record({ do: fc.constant("commit" as const), count, editEvery: fc.constantFrom(0, 2, 7, 60) }),
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("hear" as const),
      from: fc.oneof(fc.constant(0), pick),
      count,
      isDoubled: fc.boolean(),
    }),
  },
  fc.record({ do: fc.constant("lose" as const), from: pick, count: fc.integer({ min: 1, max: 5 }) }),
  fc.record({ do: fc.constantFrom("repair" as const, "start" as const) }),
);

test("tells each change once and in order, and has at hand what the log says, whatever is lost or swapped", () => {
  fc.assert(
    fc.property(fc.nat(140), fc.array(step, { maxLength: 30 }), (before, steps) => {
      const world = new World();
      world.commit(before, 9);
      for (const next of steps) {
        if (next.do === "commit") world.commit(next.count, next.editEvery);
        else if (next.do === "hear") world.hear(next.from, next.count, next.isDoubled);
        else if (next.do === "lose") world.lose(next.from, next.count);
        else world[next.do]();
      }
      world.start();
      world.repair();
      expect(world.feed.head).toBe(world.lastSeq);
    }),
    { numRuns: 300 },
  );
}, 30_000);

describe("a room's first message", () => {
  test("is told when it is heard before the start and is not yet in what we start from", () => {
    const feed = new RoomFeed();
    expect(feed.take([toChange(message(1))])).toEqual([]);
    expect(feed.hasHole).toBe(false);
    feed.restart([], 0, false);
    expect(feed.take([])).toEqual([toChange(message(1))]);
    expect(feed.since(0)).toEqual([toChange(message(1))]);
  });

  test("is not told again when it is in what we start from, and leaves no hole behind", () => {
    const feed = new RoomFeed();
    feed.take([toChange(message(1))]);
    feed.restart([message(1)], 1, false);
    expect(feed.take([])).toEqual([]);
    expect(feed.hasHole).toBe(false);
  });
});

test("what lies too far back is not at hand", () => {
  const feed = new RoomFeed();
  feed.restart([message(11), message(12)], 12, true);
  expect(feed.since(9)).toBeNull();
  expect(feed.since(10)).toHaveLength(2);
  expect(feed.latest(3)).toBeNull();
  expect(feed.latest(2)).toEqual({ changes: [toChange(message(11)), toChange(message(12))], more: true });
});

test("a page with a changed message is not at hand: its place is elsewhere", () => {
  const feed = new RoomFeed();
  feed.restart([message(1), message(2)], 2, false);
  feed.take([toChange({ ...message(1), rev: 3 })]);
  expect(feed.latest(50)).toBeNull();
});

test("who comes after a message was deleted is not told what it said", () => {
  const feed = new RoomFeed();
  feed.restart([message(1)], 1, false);
  const deleted = { ...message(2), rev: 3, message: "", deletedAt: "2026-01-01T00:00:00.000Z" };
  feed.take([message(2), deleted].map(toChange));
  expect(feed.since(1)).toEqual([toChange(deleted)]);
});

test("a number that comes again contradicts only with another message", () => {
  const feed = new RoomFeed();
  feed.restart([message(1)], 1, false);
  feed.take([toChange(message(2)), toChange(message(1)), toChange(message(2))]);
  expect(feed.isContradicted).toBe(false);
  expect(feed.take([toChange({ ...message(2), id: "another" })])).toEqual([]);
  expect(feed.isContradicted).toBe(true);
});

function message(seq: number): Message {
  return {
    id: `m${seq}`,
    roomId: "room",
    seq,
    rev: seq,
    clientId: `c${seq}`,
    message: `text ${seq}`,
    sender: "Ada",
    senderId: "ada",
    sentAt: "2026-01-01T00:00:00.000Z",
    editedAt: null,
    deletedAt: null,
  };
}

function byRev(a: Message, b: Message): number {
  return a.rev - b.rev;
}
