import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { ErrorCode } from "@/protocol/errors";
import type { Message } from "@/protocol/frames";
import { TYPING_INTERVAL_MS, TYPING_TTL_MS } from "@/protocol/limits";
import { FakeServer, type Fault } from "@/test/support/fake-server";
import { FakeNetwork } from "@/test/support/fake-socket";
import { ChatClient, type ChatClientOptions } from "./chat-client";
import type { HistoryPage } from "./history-api";
import { memoryOutbox } from "./outbox";
import type { GoneReason, InitialRoom } from "./room-state";

const PATIENCE_MS = 150;

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe("joining", () => {
  test("asks for the latest page, and after a break for what came since", () => {
    const { client, network } = start();
    const room = client.openRoom("red");
    network.newest.open();
    expect(network.newest.take("join")).toEqual([join(undefined)]);
    network.newest.say(joined(7, [6, 7]));
    expect(seqsOf(room.get())).toEqual([6, 7]);

    network.newest.end();
    vi.advanceTimersByTime(15_000);
    network.newest.open();
    expect(network.newest.take("join")).toEqual([join(7)]);
    network.newest.say(joined(9, [8, 9]));
    expect(seqsOf(room.get())).toEqual([6, 7, 8, 9]);
  });

  test("goes on from what a page rendered by the server shows", () => {
    const { client, network } = start();
    client.openRoom("red", initial(5));
    network.newest.open();
    expect(network.newest.take("join")).toEqual([join(5)]);
  });

  test("asks on while more was missed than fits", () => {
    const { network, room } = startIn(initial(1), false);
    network.newest.say(joined(6, [2, 3], true));
    expect(network.newest.take("join")).toEqual([join(3)]);
    network.newest.say(joined(6, [4, 5, 6]));
    expect(network.newest.take("join")).toEqual([]);
    expect(seqsOf(room.get())).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test("one room twice gives one room", () => {
    const { client, network } = start();
    const room = client.openRoom("red");
    network.newest.open();
    expect(client.openRoom("red")).toBe(room);
    expect(network.newest.take("join")).toHaveLength(1);
  });

  test.each<ErrorCode>(["overloaded", "internal", "rate_limited"])(
    "is tried again when it is refused as %s",
    (code) => {
      const { network } = startIn(initial(1), false);
      network.newest.say(error(code, { retryAfterMs: 2_000 }));
      vi.advanceTimersByTime(1_999);
      expect(network.newest.take("join")).toEqual([]);
      vi.advanceTimersByTime(1);
      expect(network.newest.take("join")).toEqual([join(1)]);
      network.newest.say(error(code));
      vi.advanceTimersByTime(10_000);
      expect(network.newest.take("join")).toEqual([join(1)]);
    },
  );

  test.each<[ErrorCode, GoneReason]>([
    ["not_found", "missing"],
    ["forbidden", "removed"],
    ["archived", "left"],
    ["too_many", "left"],
  ])("is given up when it is refused as %s (%s)", (code, gone) => {
    const { network, room } = startIn(initial(1), false);
    network.newest.say(error(code));
    expect(room.get().gone).toBe(gone);
    vi.advanceTimersByTime(60_000);
    expect(network.sockets.flatMap((socket) => socket.take("join"))).toEqual([]);
  });
});

describe("a hole", () => {
  test("that closes by itself is not asked about", () => {
    const { network, room } = startIn(initial(1));
    network.newest.say(chat(3));
    vi.advanceTimersByTime(PATIENCE_MS - 1);
    network.newest.say(chat(2));
    vi.advanceTimersByTime(60_000);
    expect(seqsOf(room.get())).toEqual([1, 2, 3]);
    expect(network.newest.take("join")).toEqual([]);
  });

  test("that stays is asked about from the cursor, ever more seldom", () => {
    const { network, room } = startIn(initial(1));
    network.newest.say(chat(3));
    for (const waitMs of [150, 300, 600, 1_200]) {
      vi.advanceTimersByTime(waitMs - 1);
      expect(network.newest.take("join")).toEqual([]);
      vi.advanceTimersByTime(1);
      expect(network.newest.take("join")).toEqual([join(1)]);
      network.newest.say(joined(1, []));
    }
    vi.advanceTimersByTime(2_400);
    network.newest.say(joined(3, [2, 3]));
    expect(seqsOf(room.get())).toEqual([1, 2, 3]);
  });

  test("in the tail is learnt of from the head", () => {
    const { network, room } = startIn(initial(1));
    network.newest.say({ type: "head", payload: { roomId: "red", seq: 2 } });
    vi.advanceTimersByTime(PATIENCE_MS);
    expect(network.newest.take("join")).toEqual([join(1)]);
    network.newest.say(joined(2, [2]));
    expect(seqsOf(room.get())).toEqual([1, 2]);
  });

  test("is asked about once, although the answer is slow and more comes meanwhile", () => {
    const { network } = startIn(initial(1));
    network.newest.say(chat(3));
    vi.advanceTimersByTime(PATIENCE_MS);
    network.newest.say(chat(5));
    vi.advanceTimersByTime(60_000 / 2);
    expect(network.sockets.flatMap((socket) => socket.take("join"))).toHaveLength(1);
  });
});

test("a server that was set back to a backup is read anew, and what was not sent is sent", async () => {
  const { network, room } = await startReady({}, initial(9));
  network.newest.end();
  room.send("still mine");
  vi.advanceTimersByTime(15_000);
  network.newest.open();
  expect(network.newest.take("join")).toEqual([join(9)]);
  network.newest.say(joined(4, []));
  expect(network.newest.take("join")).toEqual([join(undefined)]);
  network.newest.say(joined(5, [3, 4, 5]));
  expect(seqsOf(room.get())).toEqual([3, 4, 5]);
  expect(network.newest.take("chat")).toMatchObject([{ payload: { roomId: "red", message: "still mine" } }]);
  expect(room.get().pending).toHaveLength(1);
});

describe("a room that one is no longer in", () => {
  test.each(["left", "removed"] as const)("is not joined again by itself (%s elsewhere)", (reason) => {
    const { client, network, room } = startIn(initial(1));
    network.newest.say({ type: "left", payload: { roomId: "red", reason } });
    expect(room.get().gone).toBe(reason);
    network.newest.say({ type: "head", payload: { roomId: "red", seq: 9 } });
    network.newest.end();
    vi.advanceTimersByTime(60_000);
    network.newest.open();
    vi.advanceTimersByTime(10_000);
    expect(network.sockets.flatMap((socket) => socket.take("join"))).toEqual([]);

    expect(client.openRoom("red")).toBe(room);
    expect(network.newest.take("join")).toEqual([join(1)]);
    network.newest.say(joined(2, [2]));
    expect(room.get()).toMatchObject({ gone: null, cursor: 2 });
  });

  test("is not one that was closed and at once opened again", () => {
    const { client, network } = startIn(initial(1));
    client.closeRoom("red");
    const again = client.openRoom("red", initial(1));
    expect(network.newest.sent.map(({ type }) => type)).toEqual(["leave", "join"]);
    network.newest.say({ type: "left", payload: { roomId: "red", reason: "left" } });
    expect(again.get().gone).toBeNull();
    network.newest.say(joined(2, [2]));
    expect(seqsOf(again.get())).toEqual([1, 2]);
  });

  test("is not one that was closed before it was ever joined, and opened again", () => {
    const { client, network } = startIn(initial(1));
    client.closeRoom("red");
    const again = client.openRoom("red", initial(1));
    const error = { code: "not_joined", message: "This socket has not joined that room.", roomId: "red" } as const;
    network.newest.say({ type: "error", payload: error });
    expect(again.get().gone).toBeNull();
    network.newest.say(joined(2, [2]));
    expect(seqsOf(again.get())).toEqual([1, 2]);
  });
});

describe("what is sent", () => {
  test("is pending at once, and committed in its place by the echo", async () => {
    const { network, room } = await startReady();
    room.send("hello");
    const [sent] = network.newest.take("chat");
    expect(room.get().pending).toMatchObject([{ message: "hello", status: "sending" }]);
    network.newest.say(chat(2, { clientId: sent?.payload.clientId, senderId: "me" }));
    expect(room.get()).toMatchObject({ pending: [], cursor: 2 });
  });

  test("is not sent again when the catch-up shows that it was committed", async () => {
    const { network, room } = await startReady();
    room.send("first");
    room.send("second");
    const [first] = network.newest.take("chat");
    network.newest.end();
    vi.advanceTimersByTime(15_000);
    network.newest.open();
    expect(network.newest.take("chat")).toEqual([first]);
    network.newest.say(joined(2, [message(2, { clientId: first?.payload.clientId, senderId: "me" })]));
    expect(room.get().pending).toMatchObject([{ message: "second" }]);
    expect(network.newest.take("chat")).toMatchObject([{ payload: { message: "second" } }]);
  });

  test("is not mistaken for another's message with the same clientId", async () => {
    const { network, room } = await startReady();
    room.send("mine");
    const [sent] = network.newest.take("chat");
    network.newest.say(chat(2, { clientId: "another", senderId: "other" }));
    network.newest.say(error("archived", { clientId: sent?.payload.clientId }));
    expect(room.get().pending).toMatchObject([{ message: "mine", status: "failed", error: { code: "archived" } }]);
    room.retry(room.get().pending[0]?.clientId ?? "");
    expect(network.newest.take("chat")).toEqual([sent]);
    room.discard(sent?.payload.clientId ?? "");
    expect(room.get().pending).toEqual([]);
  });

  test("survives a reload: the next page sends it, once and first", async () => {
    const outbox = memoryOutbox();
    const before = await startReady({ outbox });
    before.network.newest.end();
    before.room.send("kept");
    before.client.stop();
    vi.advanceTimersByTime(1_000);

    const { client, network } = start({ outbox });
    const room = client.openRoom("red", initial(1));
    room.send("typed at once");
    network.newest.open();
    await vi.advanceTimersByTimeAsync(0);
    const [kept] = network.newest.take("chat");
    expect(kept).toMatchObject({ payload: { message: "kept" } });
    expect(room.get().pending.map(({ message }) => message)).toEqual(["kept", "typed at once"]);
    network.newest.say(chat(2, { clientId: kept?.payload.clientId, senderId: "me" }));
    expect(network.newest.take("chat")).toMatchObject([{ payload: { message: "typed at once" } }]);
  });

  test("is shown in a room that is opened later", async () => {
    const { client, network, room } = await startReady();
    network.newest.end();
    room.send("waiting");
    client.closeRoom("red");
    expect(client.openRoom("red", initial(1)).get().pending).toMatchObject([{ message: "waiting" }]);
  });

  test("and not answered makes the connection be given up", async () => {
    const { network, room } = await startReady();
    room.send("hello");
    const [sent] = network.newest.take("chat");
    vi.advanceTimersByTime(10_000);
    expect(network.sockets).toHaveLength(2);
    network.newest.open();
    expect(network.newest.take("chat")).toEqual([sent]);
  });
});

describe("typing", () => {
  const grace = { id: "other", name: "Grace" };

  test("is told at most every three seconds, and only where one has joined", () => {
    const { network, room } = startIn(initial(1));
    for (let n = 0; n < 5; n++) room.setTyping();
    expect(network.newest.take("typing")).toEqual([{ type: "typing", payload: { roomId: "red" } }]);
    vi.advanceTimersByTime(TYPING_INTERVAL_MS);
    room.setTyping();
    expect(network.newest.take("typing")).toHaveLength(1);
    network.newest.say({ type: "left", payload: { roomId: "red", reason: "removed" } });
    vi.advanceTimersByTime(TYPING_INTERVAL_MS);
    room.setTyping();
    expect(network.newest.take("typing")).toEqual([]);
  });

  test("of others ends by itself, a while after their last word of it; one's own is not shown", () => {
    const { network, room } = startIn(initial(1));
    const type = (person: { id: string; name: string }) =>
      network.newest.say({ type: "typing", payload: { roomId: "red", person } });
    type(grace);
    type({ id: "me", name: "Ada" });
    vi.advanceTimersByTime(TYPING_TTL_MS - 1);
    type(grace);
    vi.advanceTimersByTime(TYPING_TTL_MS - 1);
    expect(room.get().typing).toEqual([grace]);
    vi.advanceTimersByTime(1);
    expect(room.get().typing).toEqual([]);
  });
});

describe("older pages", () => {
  test("are asked for once at a time, and none before the first", async () => {
    const loadPage = vi.fn(async (): Promise<HistoryPage> => ({ messages: [message(1)], more: false }));
    const { room } = startIn({ seq: 2, messages: [message(2)], more: true }, true, { loadPage });
    await Promise.all([room.loadOlder(), room.loadOlder()]);
    await room.loadOlder();
    expect(loadPage.mock.calls).toEqual([["red", 2]]);
    expect(room.get().older).toBe("none");
    expect(seqsOf(room.get())).toEqual([1, 2]);
  });

  test("that fail can be asked for again", async () => {
    const loadPage = vi
      .fn()
      .mockRejectedValueOnce(new Error("offline"))
      .mockResolvedValue({ messages: [], more: false });
    const { room } = startIn({ seq: 2, messages: [message(2)], more: true }, true, { loadPage });
    await room.loadOlder();
    expect(room.get().older).toBe("failed");
    await room.loadOlder();
    expect(room.get().older).toBe("none");
  });

  test("that come when the room was read anew are not put before what they do not belong to", async () => {
    const pages: ((page: HistoryPage) => void)[] = [];
    const loadPage = () => new Promise<HistoryPage>((resolve) => pages.push(resolve));
    const { network, room } = startIn({ seq: 9, messages: [message(9)], more: true }, true, { loadPage });
    void room.loadOlder();
    network.newest.end();
    vi.advanceTimersByTime(15_000);
    network.newest.open().say(joined(5, []));
    network.newest.say(joined(5, [4, 5], true));
    void room.loadOlder();
    pages[0]?.({ messages: [message(7), message(8)], more: true });
    await vi.advanceTimersByTimeAsync(0);
    expect(seqsOf(room.get())).toEqual([4, 5]);
    pages[1]?.({ messages: [message(2), message(3)], more: false });
    await vi.advanceTimersByTimeAsync(0);
    expect(seqsOf(room.get())).toEqual([2, 3, 4, 5]);
  });
});

test("a frame of a later version, and one of a room that is not open, are passed over", () => {
  const { network, room } = startIn(initial(1));
  const before = room.get();
  network.newest.say({ type: "reaction", payload: { roomId: "red" } });
  network.newest.say(chat(2, { roomId: "blue" }));
  network.newest.say({ ...joined(5, [5]), payload: { ...joined(5, [5]).payload, roomId: "blue" } });
  expect(room.get()).toBe(before);
});

test("stopping leaves no timer behind", async () => {
  const { client, network, room } = await startReady();
  room.send("hello");
  room.setTyping();
  network.newest.say({ type: "typing", payload: { roomId: "red", person: { id: "other", name: "Grace" } } });
  network.newest.say(chat(5));
  await vi.advanceTimersByTimeAsync(0);
  client.stop();
  vi.advanceTimersByTime(3_000);
  expect(vi.getTimerCount()).toBe(0);
});

const fault = fc.constantFrom<Fault>(
  "none",
  "none",
  "none",
  "overloaded",
  "lost before",
  "lost after",
  "echo lost",
  "join refused",
);

test("two clients and a faulty server end with the same messages, each once, each sender's in order", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fault, { maxLength: 40 }),
      fc.array(fc.record({ who: fc.nat(1), waitMs: fc.constantFrom(0, 5, 50, 2_000), cut: fc.boolean() }), {
        maxLength: 12,
      }),
      async (faults, steps) => {
        const server = new FakeServer();
        const left = [...faults];
        server.nextFault = () => left.shift() ?? "none";
        const people = ["ada", "grace"].map((userId) => {
          const { client } = start({ userId, socket: server.socketOf(userId), loadPage: pagesOf(server) });
          return { client, room: client.openRoom("red"), written: [] as string[] };
        });
        for (const [index, { who, waitMs, cut }] of steps.entries()) {
          const person = people[who];
          person?.written.push(`${who}-${index}`);
          person?.room.send(`${who}-${index}`);
          await vi.advanceTimersByTimeAsync(waitMs);
          if (cut) server.cut();
        }
        // However long it takes: every fault is used up by then, and the last break is over.
        await vi.advanceTimersByTimeAsync(40 * 60_000);
        server.cut();
        await vi.advanceTimersByTimeAsync(60_000);

        for (const { client, room, written } of people) {
          while (room.get().older === "more") await room.loadOlder();
          expect(room.get().messages).toEqual(server.log);
          expect(room.get().pending).toEqual([]);
          const own = server.log.filter(({ message }) => written.includes(message));
          expect(own.map(({ message }) => message)).toEqual(written);
          client.stop();
        }
        expect(server.log).toHaveLength(steps.length);
      },
    ),
    { numRuns: 100 },
  );
}, 30_000);

function start(options: Partial<ChatClientOptions> = {}) {
  const network = new FakeNetwork();
  const loadPage = async () => ({ messages: [], more: false });
  const base = { url: "ws://adda/ws", userId: "me", outbox: memoryOutbox(), loadPage, socket: network.socket };
  const client = new ChatClient({ ...base, ...options });
  client.start();
  return { client, network };
}

/** A client that has asked to join the room "red"; when `isAnswered`, it has missed nothing. */
function startIn(page: InitialRoom, isAnswered = true, options: Partial<ChatClientOptions> = {}) {
  const { client, network } = start(options);
  const room = client.openRoom("red", page);
  network.newest.open();
  network.newest.take("join");
  if (isAnswered) network.newest.say(joined(page.seq, []));
  return { client, network, room };
}

/** The same, and the outbox has been read. */
async function startReady(options: Partial<ChatClientOptions> = {}, page = initial(1)) {
  const started = startIn(page, true, options);
  await vi.advanceTimersByTimeAsync(0);
  return started;
}

function pagesOf(server: FakeServer) {
  return async (roomId: string, before: number) => {
    const earlier = server.log.filter((message) => message.roomId === roomId && message.seq < before);
    return { messages: earlier.slice(-3), more: earlier.length > 3 };
  };
}

function initial(seq: number): InitialRoom {
  return { seq, messages: [message(seq)], more: true };
}

function join(since: number | undefined) {
  return { type: "join", payload: since === undefined ? { roomId: "red" } : { roomId: "red", since } };
}

function joined(seq: number, messages: readonly (number | Message)[], more = false) {
  const whole = messages.map((each) => (typeof each === "number" ? message(each) : each));
  return { type: "joined" as const, payload: { roomId: "red", slug: "red", count: 1, seq, messages: whole, more } };
}

function chat(seq: number, change: Partial<Message> = {}) {
  return { type: "chat" as const, payload: message(seq, change) };
}

function error(code: ErrorCode, details: { clientId?: string; retryAfterMs?: number } = {}) {
  return { type: "error" as const, payload: { code, message: "No.", roomId: "red", ...details } };
}

function message(seq: number, change: Partial<Message> = {}): Message {
  const base = { id: `m${seq}`, roomId: "red", seq, rev: seq, clientId: `c${seq}`, message: `text ${seq}` };
  const people = { sender: "Grace", senderId: "other", sentAt: "2026-01-01T00:00:00.000Z" };
  return { ...base, ...people, editedAt: null, deletedAt: null, ...change };
}

function seqsOf({ messages }: { messages: readonly Message[] }): number[] {
  return messages.map(({ seq }) => seq);
}
