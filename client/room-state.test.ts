import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Joined, Message } from "@/protocol/frames";
import {
  initialRoomState,
  isBehind,
  type PendingMessage,
  type RoomAction,
  type RoomState,
  reduceRoom,
} from "./room-state";

const RUNS = 2_000;
const PAGE = 3;

/** The server's side of one room, and a network that loses, doubles and swaps what it is given. */
class World {
  readonly server = new Map<number, Message>();
  lastSeq = 0;
  room: RoomState;
  /** Frames on their way. */
  flying: Message[] = [];
  join: { since: number | undefined; answer: Joined } | null = null;
  older: { messages: Message[]; more: boolean } | null = null;
  #sent = 0;

  constructor(before: number, isRendered: boolean) {
    for (let n = 0; n < before; n++) this.post(false);
    this.flying = [];
    const { messages, more } = this.#pageBefore(Number.POSITIVE_INFINITY);
    this.room = initialRoomState("room", isRendered ? { seq: this.lastSeq, messages, more } : undefined);
  }

  do(action: RoomAction): void {
    const before = this.room;
    this.room = reduceRoom(before, action);
    expect(this.room.cursor).toBeGreaterThanOrEqual(before.cursor);
    this.#expectSound();
  }

  /** Somebody says something; when it is us, it is pending first. */
  post(isMine: boolean): void {
    const clientId = `c${this.#sent++}`;
    if (isMine) this.do({ type: "pending", pending: pendingOf(clientId, this.#sent) });
    const seq = ++this.lastSeq;
    this.#commit({ ...message(seq), clientId, senderId: isMine ? "me" : "other" });
  }

  edit(pick: number): void {
    const edited = [...this.server.values()][pick % Math.max(1, this.server.size)];
    if (edited) this.#commit({ ...edited, rev: ++this.lastSeq, message: `edited ${this.lastSeq}` });
  }

  deliver(pick: number, isDoubled: boolean): void {
    const frame = this.flying[pick % Math.max(1, this.flying.length)];
    if (!frame) return;
    if (!isDoubled) this.lose(pick);
    this.do({ type: "chat", message: frame });
  }

  lose(pick: number): void {
    if (this.flying.length > 0) this.flying.splice(pick % this.flying.length, 1);
  }

  askToJoin(): void {
    const since = this.room.older === "unknown" ? undefined : this.room.cursor;
    this.join ??= { since, answer: this.#answer(since) };
  }

  answerJoin(): void {
    if (!this.join) return;
    const { answer, since } = this.join;
    this.join = null;
    this.do({ type: "joined", joined: answer, since });
  }

  reconnect(): void {
    this.join = null;
    this.flying = [];
  }

  loadOlder(): void {
    const first = this.room.messages[0];
    if (!first || !["more", "failed"].includes(this.room.older)) return;
    this.do({ type: "older-loading" });
    this.older = null;
  }

  /** The database is read at some moment between the asking and the answer. */
  readOlder(): void {
    if (this.room.older === "loading") this.older ??= this.#pageBefore(this.room.messages[0]?.seq ?? 0);
  }

  answerOlder(): void {
    this.readOlder();
    if (this.older) this.do({ type: "older-loaded", ...this.older });
    this.older = null;
  }

  /** What a client does in the end, whatever has happened: it sends again, catches up and looks back. */
  settle(): void {
    this.reconnect();
    for (const { clientId } of this.room.pending) {
      const first = [...this.server.values()].find((message) => message.clientId === clientId);
      if (first) this.do({ type: "chat", message: first });
    }
    do {
      this.askToJoin();
      this.answerJoin();
    } while (isBehind(this.room));
    this.answerOlder();
    while (this.room.older !== "none") {
      this.loadOlder();
      this.answerOlder();
    }
  }

  #commit(changed: Message): void {
    this.server.set(changed.seq, changed);
    this.flying.push(changed);
  }

  #answer(since: number | undefined): Joined {
    const base = { roomId: "room", slug: "room", count: 1, seq: this.lastSeq };
    if (since === undefined) return { ...base, ...this.#pageBefore(Number.POSITIVE_INFINITY) };
    const changes = [...this.server.values()].filter(({ rev }) => rev > since).sort((a, b) => a.rev - b.rev);
    return { ...base, messages: changes.slice(0, PAGE), more: changes.length > PAGE };
  }

  #pageBefore(before: number) {
    const earlier = [...this.server.values()].filter(({ seq }) => seq < before);
    return { messages: earlier.slice(-PAGE), more: earlier.length > PAGE };
  }

  /** True at every moment, however much is still missing. */
  #expectSound(): void {
    const { messages, pending, cursor, older } = this.room;
    const seqs = messages.map(({ seq }) => seq);
    expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => a - b));
    if (older !== "unknown") {
      const first = older === "none" ? 0 : (seqs[0] ?? 0);
      // One that was changed again beyond the cursor may still be missing: the rest of the catch-up brings it.
      const known = [...this.server.values()].filter(({ seq, rev }) => seq >= first && rev <= cursor);
      expect(seqs).toEqual(expect.arrayContaining(known.map(({ seq }) => seq)));
    }
    const shown = new Set(messages.map(({ clientId }) => clientId));
    expect(pending.filter(({ clientId }) => shown.has(clientId))).toEqual([]);
  }
}

const pick = fc.nat(50);
const step = fc.oneof(
  fc.record({ do: fc.constant("post" as const), isMine: fc.boolean() }),
  fc.record({ do: fc.constant("edit" as const), pick }),
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("deliver" as const),
      pick: fc.oneof(fc.constant(0), pick),
      isDoubled: fc.boolean(),
    }),
  },
  fc.record({ do: fc.constant("lose" as const), pick }),
  fc.record({
    do: fc.constantFrom("askToJoin", "answerJoin", "reconnect", "loadOlder", "readOlder", "answerOlder"),
  }),
);

describe("a room converges to the server's", () => {
  test("whatever is lost, doubled, swapped, paged or late on the way; and it is sound at every step", () => {
    fc.assert(
      fc.property(fc.nat(12), fc.boolean(), fc.array(step, { maxLength: 60 }), (before, isRendered, steps) => {
        const world = new World(before, isRendered);
        for (const next of steps) {
          if (next.do === "post") world.post(next.isMine);
          else if (next.do === "edit") world.edit(next.pick);
          else if (next.do === "deliver") world.deliver(next.pick, next.isDoubled);
          else if (next.do === "lose") world.lose(next.pick);
          else world[next.do]();
        }
        world.settle();
        expect(world.room.messages).toEqual([...world.server.values()]);
        expect(world.room).toMatchObject({ cursor: world.lastSeq, head: world.lastSeq, pending: [], late: [] });
        expect(world.room.ahead.size).toBe(0);
      }),
      { numRuns: RUNS },
    );
  }, 30_000);
});

describe("what we say ourselves", () => {
  const mine = { ...message(3), clientId: "mine", senderId: "me" };
  const waiting = reduceRoom(joined(2), { type: "pending", pending: pendingOf("mine") });

  test("stands below the messages until it is committed, and then in its place among them", () => {
    expect(waiting.pending.map(({ clientId }) => clientId)).toEqual(["mine"]);
    const committed = reduceRoom(waiting, { type: "chat", message: mine });
    expect(committed.pending).toEqual([]);
    expect(committed.messages.at(-1)).toEqual(mine);
  });

  test("does not vanish while its committed form waits for a message before it", () => {
    const early = reduceRoom(waiting, { type: "chat", message: { ...mine, seq: 4, rev: 4 } });
    expect(early.messages).toHaveLength(2);
    expect(early.pending).toHaveLength(1);
    const whole = reduceRoom(early, { type: "chat", message: message(3) });
    expect(whole.messages.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
    expect(whole.pending).toEqual([]);
  });

  test("is not shown twice when a catch-up brings it before its own answer", () => {
    const caughtUp = reduceRoom(waiting, { type: "joined", since: 2, joined: answer(3, [mine]) });
    expect(caughtUp.messages).toHaveLength(3);
    expect(caughtUp.pending).toEqual([]);
  });

  test("is not shown twice when the outbox still has what the page already shows", () => {
    const rendered = initialRoomState("room", { seq: 3, messages: [mine], more: true });
    expect(reduceRoom(rendered, { type: "pending", pending: pendingOf("mine") }).pending).toEqual([]);
  });

  test("is forgotten when the server answers a retry with a message of long ago", () => {
    const rendered = initialRoomState("room", { seq: 9, messages: [message(9)], more: true });
    const again = reduceRoom(rendered, { type: "pending", pending: pendingOf("mine") });
    expect(reduceRoom(again, { type: "chat", message: mine })).toMatchObject({ pending: [], messages: [message(9)] });
  });

  test("is listed in the order in which it was written, also when the outbox is read late", () => {
    const second = reduceRoom(joined(0), { type: "pending", pending: pendingOf("typed", 2) });
    const both = reduceRoom(second, { type: "pending", pending: pendingOf("kept", 1) });
    expect(both.pending.map(({ clientId }) => clientId)).toEqual(["kept", "typed"]);
  });

  test("keeps its place and its text when it is refused, and goes when it is discarded", () => {
    const two = reduceRoom(waiting, { type: "pending", pending: pendingOf("later", 9) });
    const failed: PendingMessage = {
      ...pendingOf("mine"),
      status: "failed",
      error: { code: "archived", message: "No." },
    };
    const refused = reduceRoom(two, { type: "pending", pending: failed });
    expect(refused.pending).toEqual([failed, pendingOf("later", 9)]);
    expect(reduceRoom(refused, { type: "discarded", clientId: "mine" }).pending).toEqual([pendingOf("later", 9)]);
  });
});

describe("older pages", () => {
  const rendered = initialRoomState("room", { seq: 9, messages: [message(8), message(9)], more: true });
  const loading = reduceRoom(rendered, { type: "older-loading" });

  test("do not bring back what was edited while they were on their way", () => {
    const edited = { ...message(7), rev: 10, message: "edited" };
    const changed = reduceRoom(loading, { type: "chat", message: edited });
    const loaded = reduceRoom(changed, { type: "older-loaded", messages: [message(6), message(7)], more: false });
    expect(loaded.messages).toEqual([message(6), edited, message(8), message(9)]);
    expect(loaded).toMatchObject({ older: "none", late: [] });
  });

  test("that know a later edit than has been heard keep it", () => {
    const edited = { ...message(7), rev: 11, message: "edited twice" };
    const changed = reduceRoom(loading, { type: "chat", message: { ...message(7), rev: 10, message: "once" } });
    const loaded = reduceRoom(changed, { type: "older-loaded", messages: [edited], more: true });
    expect(loaded.messages[0]).toEqual(edited);
  });

  test("can fail and be asked for again", () => {
    const failed = reduceRoom(loading, { type: "older-failed" });
    expect(failed.older).toBe("failed");
    expect(reduceRoom(failed, { type: "older-loading" }).older).toBe("loading");
  });

  test("that nobody waits for any more are dropped", () => {
    const anew = reduceRoom(loading, { type: "joined", since: 9, joined: answer(3, []) });
    expect(reduceRoom(anew, { type: "older-loaded", messages: [message(1)], more: false }).messages).toEqual([]);
    expect(reduceRoom(anew, { type: "older-failed" }).older).toBe("unknown");
  });
});

test("a server that was set back to a backup makes the room begin anew, and keeps what was not sent", () => {
  const waiting = reduceRoom(joined(5), { type: "pending", pending: pendingOf("mine") });
  const ahead = reduceRoom(waiting, { type: "chat", message: message(7) });
  const anew = reduceRoom(ahead, { type: "joined", since: 5, joined: answer(3, []) });
  expect(anew).toMatchObject({ older: "unknown", cursor: 0, head: 0, messages: [], pending: waiting.pending });
  expect(anew.ahead.size).toBe(0);
  const loaded = reduceRoom(anew, { type: "joined", since: undefined, joined: answer(3, [message(1), message(3)]) });
  expect(loaded).toMatchObject({ older: "none", cursor: 3, messages: [message(1), message(3)] });
});

test("what is heard before the first page waits for it, for the page may be older", () => {
  const first = reduceRoom(initialRoomState("room"), { type: "chat", message: message(1) });
  const edited = { ...message(1), rev: 2, message: "edited" };
  const both = reduceRoom(first, { type: "chat", message: edited });
  const page = reduceRoom(both, { type: "joined", since: undefined, joined: answer(1, [message(1)]) });
  expect(page).toMatchObject({ cursor: 2, messages: [edited] });
});

describe("a message that was deleted while its first form waited behind a hole", () => {
  const gone = { ...message(5), rev: 9, message: "", deletedAt: "2026-01-01T00:01:00.000Z" };
  const waiting = reduceRoom(joined(3), { type: "chat", message: message(5) });

  test("is not shown as it was by a catch-up that has more to tell", () => {
    const half = reduceRoom(waiting, {
      type: "joined",
      since: 3,
      joined: { ...answer(9, [message(4)]), more: true },
    });
    expect(half.messages.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
    const rest = [message(6), message(7), message(8), gone];
    const whole = reduceRoom(half, { type: "joined", since: 4, joined: answer(9, rest) });
    expect(whole.messages).toEqual([...[1, 2, 3, 4].map(message), gone, message(6), message(7), message(8)]);
    expect(whole).toMatchObject({ cursor: 9, ahead: new Map() });
  });

  test("is shown as deleted at once where the deletion waits too", () => {
    const both = reduceRoom(waiting, { type: "chat", message: gone });
    const filled = reduceRoom(both, { type: "chat", message: message(4) });
    expect(filled.messages).toEqual([...[1, 2, 3, 4].map(message), gone]);
    expect(filled.cursor).toBe(5);
  });
});

test("a head beyond the cursor says that something is missing; one below it says nothing", () => {
  const room = joined(3);
  expect(isBehind(reduceRoom(room, { type: "head", seq: 3 }))).toBe(false);
  expect(reduceRoom(room, { type: "head", seq: 2 })).toBe(room);
  expect(isBehind(reduceRoom(room, { type: "head", seq: 4 }))).toBe(true);
});

test("whoever says something is not typing any more, and whoever has gone sees nobody", () => {
  const typing = reduceRoom(joined(1), { type: "typing", person: { id: "other", name: "Grace" } });
  const twice = reduceRoom(typing, { type: "typing", person: { id: "other", name: "Grace" } });
  expect(twice.typing).toEqual([{ id: "other", name: "Grace" }]);
  expect(reduceRoom(twice, { type: "chat", message: message(2) }).typing).toEqual([]);
  expect(reduceRoom(twice, { type: "typing-ended", personId: "other" }).typing).toEqual([]);
  expect(reduceRoom(twice, { type: "gone", reason: "removed" })).toMatchObject({
    gone: "removed",
    typing: [],
    count: 0,
  });
});

function joined(seq: number): RoomState {
  const messages = Array.from({ length: seq }, (_, index) => message(index + 1));
  return initialRoomState("room", { seq, messages, more: false });
}

function answer(seq: number, messages: Message[]): Joined {
  return { roomId: "room", slug: "room", count: 1, seq, messages, more: false };
}

function message(seq: number): Message {
  return {
    id: `m${seq}`,
    roomId: "room",
    seq,
    rev: seq,
    clientId: `of-${seq}`,
    message: `text ${seq}`,
    sender: "Grace",
    senderId: "other",
    sentAt: "2026-01-01T00:00:00.000Z",
    editedAt: null,
    deletedAt: null,
  };
}

function pendingOf(clientId: string, queuedAt = 1): PendingMessage {
  return { clientId, roomId: "room", message: `text of ${clientId}`, queuedAt, status: "queued", error: null };
}
