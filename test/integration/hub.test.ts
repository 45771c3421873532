import { setImmediate as nextTurn } from "node:timers/promises";
import fc from "fast-check";
import { v5 as uuidv5 } from "uuid";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Message } from "@/protocol/frames";
import { type Backplane, type RoomEvent, toChange } from "@/server/backplane/backplane";
import { memoryBackplane } from "@/server/backplane/memory";
import { enterRoom } from "@/server/domain/entry";
import { createRoom } from "@/server/domain/rooms";
import { signUp } from "@/server/domain/users";
import type { Viewer } from "@/server/domain/viewer";
import { metrics } from "@/server/metrics";
import { Hub } from "@/server/realtime/hub";
import { RECENT_MAX } from "@/server/realtime/room-feed";
import { shared } from "@/server/shared";
import { useTestDomain } from "../support/domain";
import { seqsOf, TestListener } from "../support/listener";

useTestDomain();

const hubs: Hub[] = [];
let ada: Viewer | undefined;
let rooms = 0;

afterEach(() => {
  vi.useRealTimers();
  for (const hub of hubs.splice(0)) hub.close();
});

describe("who joins while something is said", () => {
  it("hears it in the answer, and not once more after it", async () => {
    const { room, backplane, hub } = await start();
    const early = new TestListener("early");
    await hub.join(early, room, undefined);
    backplane.publish(room.id, said(message(room.id, 1)));
    const late = new TestListener("late");
    const joining = hub.join(late, room, undefined);
    expect(await joining).toBeGreaterThan(0);
    backplane.publish(room.id, said(message(room.id, 2)));
    await nextTurn();
    expect(seqsOf(late.frames)).toEqual({ joined: [1], chats: [2] });
    expect(seqsOf(early.frames)).toEqual({ joined: [], chats: [1, 2] });
  });

  it("hears it after the answer when it asks from a cursor, and once", async () => {
    const { room, backplane, hub } = await start();
    const listener = new TestListener("here");
    await hub.join(listener, room, undefined);
    backplane.publish(room.id, said(message(room.id, 1)));
    await hub.join(listener, room, 0);
    await nextTurn();
    expect(listener.frames.filter(({ type }) => type === "chat").length).toBe(1);
    expect(seqsOf(listener.frames)).toEqual({ joined: [1], chats: [1] });
  });
});

describe("who joins after another process's deletion of which no word came here", () => {
  it.each([undefined, 0])("is not told what the message said (since %s)", async (since) => {
    const { room, backplane, hub } = await start();
    const early = new TestListener("early");
    await hub.join(early, room, undefined);
    backplane.publish(room.id, said(...(await store(room.id, 0, 2))));
    await markDeleted(room.id, 1);
    const late = new TestListener("late");
    await hub.join(late, await enterRoom(ada as Viewer, room.id), since);
    const told = late.lastJoined?.messages.map(({ seq, message }) => ({ seq, message })) ?? [];
    expect(told).toHaveLength(2);
    expect(told).toContainEqual({ seq: 1, message: "" });
    const heard = early.frames.flatMap((frame) => (frame.type === "chat" ? [frame.payload.rev] : []));
    expect(heard).toEqual([1, 2, 3]);
  });
});

describe("who comes back to a room that is flooded faster than its pages are read", () => {
  it("is let in, and asks on until it has everything", async () => {
    const { room, backplane, hub } = await start();
    let seq = 0;
    const flood = async () => {
      const messages = await store(room.id, seq, RECENT_MAX * 3);
      seq += messages.length;
      backplane.publish(room.id, said(...messages));
    };
    await hub.join(new TestListener("early"), room, undefined);
    await flood();

    const { pool } = shared();
    const query = pool.query.bind(pool) as (...args: unknown[]) => Promise<unknown>;
    const late = new TestListener("late");
    const spy = vi.spyOn(pool, "query").mockImplementation((async (...args: unknown[]) => {
      const result = await query(...args);
      const isPage = (args[0] as { name?: string }).name === "changes-since";
      if (isPage && !late.lastJoined) await flood();
      return result;
    }) as never);
    for (let since = 0, more = true; more; since = late.lastJoined?.messages.at(-1)?.rev ?? since) {
      await hub.join(late, room, since);
      more = late.lastJoined?.more ?? false;
    }
    spy.mockRestore();

    const { joined, chats } = seqsOf(late.frames);
    const told = [...new Set([...joined, ...chats])].sort((a, b) => a - b);
    expect(told).toEqual(Array.from({ length: seq }, (_, n) => n + 1));
  });
});

describe("a change of the room itself whose word was lost", () => {
  it("is told to those who listen by the next look at the database, once", async () => {
    const { room, hub } = await start();
    const listener = new TestListener("here");
    await hub.join(listener, room, undefined);
    await hub.catchUp();
    await shared().prisma.room.update({ where: { id: room.id }, data: { name: "Renamed", topic: "Anew" } });
    for (let look = 0; look < 2; look++) await hub.catchUp();
    await nextTurn();
    await shared().prisma.room.update({ where: { id: room.id }, data: { archivedAt: new Date() } });
    for (let look = 0; look < 2; look++) await hub.catchUp();
    await nextTurn();
    const told = listener.frames.flatMap((frame) => (frame.type === "room" ? [frame.payload] : []));
    expect(told).toMatchObject([
      { id: room.id, name: "Renamed", topic: "Anew", archivedAt: null, members: 1 },
      { name: "Renamed", archivedAt: expect.any(String) },
    ]);
  });

  it("is not told again to who was told", async () => {
    const { room, backplane, hub } = await start();
    const listener = new TestListener("here");
    await hub.join(listener, room, undefined);
    const name = "Renamed in time";
    await shared().prisma.room.update({ where: { id: room.id }, data: { name } });
    const { joined: _, role: __, ...rest } = room;
    backplane.publish(room.id, { type: "room", room: { ...rest, name } });
    await hub.catchUp();
    await nextTurn();
    expect(listener.frames.filter(({ type }) => type === "room").length).toBe(1);
  });
});

describe("a number that comes again with another message, for the database was set back", () => {
  it("sends the room's listeners elsewhere; the next to come hears what there is now", async () => {
    const { room, backplane, hub } = await start();
    const early = new TestListener("early");
    await hub.join(early, room, undefined);
    const [first, lost] = [message(room.id, 1), message(room.id, 2)];
    backplane.publish(room.id, said(first, lost));
    // A sender who tries again makes no contradiction.
    backplane.publish(room.id, said(lost));
    expect(early.isOpen).toBe(true);
    await store(room.id, 0, 1);
    backplane.publish(room.id, said({ ...lost, id: uuidv5("another", room.id) }, message(room.id, 3)));
    expect(early.isOpen).toBe(false);
    const late = new TestListener("late");
    await hub.join(late, room, undefined);
    expect(seqsOf(late.frames)).toEqual({ joined: [1], chats: [] });
  });
});

describe("a room that could not be opened", () => {
  it("keeps no other room from catching up", async () => {
    const { room, hub } = await start();
    const other = await createRoom(ada as Viewer, { name: "Other" });
    const { pool } = shared();
    const query = pool.query.bind(pool) as (...args: unknown[]) => Promise<unknown>;
    const spy = vi.spyOn(pool, "query").mockImplementation((async (...args: unknown[]) => {
      if ((args[0] as { name?: string }).name === "recent-changes") throw new Error("away");
      return query(...args);
    }) as never);
    await expect(hub.join(new TestListener("refused"), room, undefined)).rejects.toThrow("away");
    spy.mockRestore();
    const listener = new TestListener("here");
    await hub.join(listener, other, undefined);
    await store(other.id, 0, 2);
    await hub.catchUp();
    await nextTurn();
    expect(seqsOf(listener.frames).chats).toEqual([1, 2]);
  });
});

describe("a listener that goes away while it is being told something", () => {
  it("leaves the room, and the others are told although nothing else happens", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const { room, backplane, hub } = await start();
    const [stays, goes] = [new TestListener("stays"), new TestListener("goes")];
    await hub.join(stays, room, undefined);
    await hub.join(goes, room, undefined);
    // Presence is told at most so often: only what happens after a pause is told at once.
    vi.advanceTimersByTime(1_000);
    await nextTurn();
    expect(stays.lastPresence).toMatchObject({ count: 2 });
    goes.onWrite = () => {
      goes.isOpen = false;
      hub.leave(goes, room.id);
    };
    backplane.publish(room.id, said(message(room.id, 1)));
    await nextTurn();
    await nextTurn();
    expect(stays.lastPresence).toMatchObject({ count: 1, people: [{ id: "stays" }] });
  });
});

describe("a backplane that loses, doubles and swaps what it carries", () => {
  it("keeps no listener from hearing every change once and in order, whenever it came", async () => {
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.record({ do: fc.constant("say" as const), count: fc.integer({ min: 1, max: 8 }) }) },
      fc.record({ do: fc.constant("join" as const), since: fc.option(fc.nat(40), { nil: undefined }) }),
      fc.record({ do: fc.constant("turn" as const) }),
    );
    const fate = fc.constantFrom("tell", "tell", "tell", "lose", "twice", "later");
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), fc.array(fate, { maxLength: 60 }), async (steps, fates) => {
        const left = [...fates];
        const { room, hub, backplane } = await start(() => left.shift() ?? "tell");
        const listeners: { listener: TestListener; since: number | undefined; joined: Promise<number> }[] = [];
        let seq = 0;
        const join = (since: number | undefined) => {
          const listener = new TestListener(`listener ${listeners.length}`);
          listeners.push({ listener, since, joined: hub.join(listener, room, since) });
        };
        join(undefined);
        for (const next of steps) {
          if (next.do === "join") join(next.since === undefined ? undefined : Math.min(next.since, seq));
          else if (next.do === "turn") await nextTurn();
          else {
            const messages = await store(room.id, seq, next.count);
            seq += messages.length;
            backplane.publish(room.id, said(...messages));
          }
        }
        left.length = 0;
        await Promise.all(listeners.map(({ joined }) => joined));
        // One more thing is said and heard: whatever was lost before it is now a hole that shows.
        backplane.publish(room.id, said(...(await store(room.id, seq++, 1))));
        for (const { listener, since } of listeners) {
          await listener.until(seq);
          const { joined, chats } = seqsOf(listener.frames);
          const first = since === undefined ? Math.max(0, (joined.at(-1) ?? 0) - 50) : since;
          expect([...joined, ...chats]).toEqual(Array.from({ length: seq - first }, (_, n) => first + n + 1));
        }
        hub.close();
      }),
      { numRuns: 25 },
    );
  }, 60_000);
});

describe("adda_delivery_seconds", () => {
  it("counts a batch once when it is written, by where it was committed, and not what is published again", async () => {
    const { room, backplane, hub } = await start();
    const listener = new TestListener("here");
    await hub.join(listener, room, undefined);
    const before = await deliveries();
    const own = { processId: backplane.processId, atMs: Date.now() };
    backplane.publish(room.id, { ...said(...(await store(room.id, 0, 2))), committed: own });
    const other = { processId: "another", atMs: Date.now() - 1_500 };
    backplane.publish(room.id, { ...said(...(await store(room.id, 2, 1))), committed: other });
    backplane.publish(room.id, said(...(await store(room.id, 3, 1))));
    await nextTurn();
    await listener.until(4);
    expect(await since(before)).toEqual({ local: 1, remote: 1, repaired: 0 });
    expect((await deliveries()).remoteSum - before.remoteSum).toBeGreaterThanOrEqual(1.5);
  });

  it("counts what had to be read from the database as repaired, as late as it was", async () => {
    const { room, hub } = await start();
    const listener = new TestListener("here");
    await hub.join(listener, room, undefined);
    const before = await deliveries();
    await store(room.id, 0, 1);
    await hub.catchUp();
    await listener.until(1);
    expect(await since(before)).toEqual({ local: 0, remote: 0, repaired: 1 });
  });
});

async function deliveries() {
  const metric = await metrics().registry.getSingleMetric("adda_delivery_seconds")?.get();
  const values = (metric?.values ?? []) as { metricName?: string; labels: { origin?: string }; value: number }[];
  const read = (what: string, origin: string) =>
    values.find(({ metricName, labels }) => metricName?.endsWith(what) && labels.origin === origin)?.value ?? 0;
  const count = (origin: string) => read("_count", origin);
  return {
    local: count("local"),
    remote: count("remote"),
    repaired: count("repaired"),
    remoteSum: read("_sum", "remote"),
  };
}

async function since(before: Awaited<ReturnType<typeof deliveries>>) {
  const { local, remote, repaired } = await deliveries();
  return {
    local: local - before.local,
    remote: remote - before.remote,
    repaired: repaired - before.repaired,
  };
}

type Fate = "tell" | "lose" | "twice" | "later";

async function start(fateOf: () => string = () => "tell") {
  ada ??= await signUp({
    name: "Ada",
    email: "ada@example.org",
    password: "a long password",
    address: "127.0.0.1",
    isOnThisMachine: true,
  });
  const room = await createRoom(ada, { name: `Room ${rooms++}` });
  const backplane = unreliable(memoryBackplane(), fateOf as () => Fate);
  const hub = new Hub(backplane);
  hubs.push(hub);
  return { room, backplane, hub };
}

function unreliable(backplane: Backplane, fateOf: () => Fate): Backplane {
  const late: [string, RoomEvent][] = [];
  const publish = (roomId: string, event: RoomEvent) => {
    const fate = fateOf();
    if (fate === "later") return void late.push([roomId, event]);
    if (fate !== "lose") backplane.publish(roomId, event);
    if (fate === "twice") backplane.publish(roomId, event);
    for (const [lateRoomId, lateEvent] of late.splice(0)) backplane.publish(lateRoomId, lateEvent);
  };
  return new Proxy(backplane, { get: (target, key) => (key === "publish" ? publish : Reflect.get(target, key)) });
}

/** Puts messages into a room's log, past the statement that would tell of them. */
async function store(roomId: string, after: number, count: number): Promise<Message[]> {
  const messages = Array.from({ length: count }, (_, n) => message(roomId, after + n + 1));
  const { pool } = shared();
  await pool.query(
    `WITH counted AS (UPDATE "Room" SET "lastSeq" = $4 WHERE id = $1)
     INSERT INTO "Message" (id, "roomId", seq, rev, "authorId", "clientId", body, "sentAt")
     SELECT id, $1, n, n, $2, $1 || '-' || n, 'text ' || n, '2026-01-01T00:00:00Z'
     FROM unnest($3::uuid[], $5::int[]) AS stored(id, n)`,
    [roomId, ada?.id, messages.map(({ id }) => id), after + count, messages.map(({ seq }) => seq)],
  );
  return messages;
}

/** A deletion as another process makes it. */
async function markDeleted(roomId: string, seq: number): Promise<void> {
  await shared().pool.query(
    `WITH counted AS (UPDATE "Room" SET "lastSeq" = "lastSeq" + 1 WHERE id = $1 RETURNING "lastSeq")
     UPDATE "Message" SET rev = "lastSeq", body = '', "deletedAt" = now() FROM counted WHERE "roomId" = $1 AND seq = $2`,
    [roomId, seq],
  );
}

function message(roomId: string, seq: number): Message {
  const base = {
    id: uuidv5(`${seq}`, roomId),
    roomId,
    seq,
    rev: seq,
    clientId: `${roomId}-${seq}`,
    message: `text ${seq}`,
  };
  const by = { sender: "Ada", senderId: ada?.id ?? "", sentAt: "2026-01-01T00:00:00.000Z" };
  return { ...base, ...by, editedAt: null, deletedAt: null };
}

function said(...messages: Message[]): Extract<RoomEvent, { type: "changes" }> {
  return { type: "changes", changes: messages.map(toChange) };
}
