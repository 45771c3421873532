import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { Client, type Pool } from "pg";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { Message } from "@/protocol/frames";
import { connect } from "@/server/db/connect";
import type { Draft } from "@/server/domain/append-rows";
import { Refused } from "@/server/domain/refused";
import { type Appended, RoomLog } from "@/server/domain/room-log";
import { log } from "@/server/log";
import { type ConnectedTestDatabase, startTestDatabase } from "../support/database";
import { startProxy, type TestProxy } from "../support/proxy";

const STATEMENT_TIMEOUT_MS = 1_000;

let database: ConnectedTestDatabase;
let authorId: string;

beforeAll(async () => {
  database = await startTestDatabase({ max: 10 });
  authorId = await newAuthor();
});

afterAll(async () => {
  await database.stop();
});

describe("two processes that write into the same fifty rooms at once", () => {
  it("give each room the numbers 1 to n, and each message one of them", async () => {
    const rooms = await Promise.all(Array.from({ length: 50 }, () => newRoom([authorId])));
    const other = await anotherPool();
    const told = new Map<string, Message[]>(rooms.map((roomId) => [roomId, []]));
    const tell = (roomId: string, messages: Message[]) => void told.get(roomId)?.push(...messages);
    const logs = [new RoomLog(database.pool, tell), new RoomLog(other.pool, tell)];
    const perRoom = 40;
    const answers = await Promise.all(
      Array.from({ length: perRoom }, (_, n) => n).flatMap((n) =>
        rooms.map((roomId) => append(logs[n % 2] as RoomLog, draft(roomId, `${n}`))),
      ),
    );
    expect(answers.every((answer) => answer !== "skipped")).toBe(true);
    for (const roomId of rooms) {
      expect(await seqsIn(roomId)).toEqual(upTo(perRoom));
      expect(await lastSeqOf(roomId)).toBe(perRoom);
      const heard = told.get(roomId) ?? [];
      expect(heard.map(({ seq }) => seq).sort((a, b) => a - b)).toEqual(upTo(perRoom));
      // What one process tells, it tells in order; what one sender sent by one process keeps its order.
      for (const parity of [0, 1]) {
        const own = heard.filter(({ message }) => Number(message) % 2 === parity);
        expect(own.map(({ seq }) => seq)).toEqual(own.map(({ seq }) => seq).toSorted((a, b) => a - b));
        expect(own.map(({ message }) => Number(message))).toEqual(own.map((_, n) => 2 * n + parity));
      }
    }
    await other.stop();
  });

  it("store one message when the same clientId crosses itself, and leave no hole", async () => {
    const roomId = await newRoom([authorId]);
    const other = await anotherPool();
    const logs = [new RoomLog(database.pool, () => {}), new RoomLog(other.pool, () => {})] as const;
    const lock = await lockRoom(roomId);
    const twins = logs.map((log) => append(log, { ...draft(roomId, "twin"), clientId: "the-same" }));
    await untilWaitingForLocks(2);
    // Both have looked whether it is there already, and both wait to write it.
    await lock.release();
    const answers = await Promise.all(twins);
    expect(answers.filter((answer) => answer === "skipped")).toHaveLength(1);
    await append(logs[1], draft(roomId, "after"));
    expect(await seqsIn(roomId)).toEqual([1, 2]);
    expect(await lastSeqOf(roomId)).toBe(2);
    await other.stop();
  });

  it("lose none of the others in a batch in which one clientId has crossed", async () => {
    const rooms = [await newRoom([authorId]), await newRoom([authorId])] as const;
    const other = await anotherPool();
    const logs = [new RoomLog(database.pool, () => {}), new RoomLog(other.pool, () => {})] as const;
    const [crossing, first] = ["crossing", "first"].map((clientId) => ({ ...draft(rooms[0], clientId), clientId }));
    const lock = await lockRoom(rooms[0]);
    const opening = append(logs[1], first as Draft);
    await untilWaitingForLocks(1);
    // These wait for the statement in flight, and go together in the next.
    const batch = [crossing as Draft, draft(rooms[0], "beside"), draft(rooms[1], "elsewhere")].map((each) =>
      append(logs[1], each),
    );
    const rival = append(logs[0], crossing as Draft);
    await untilWaitingForLocks(2);
    await lock.release();
    const [, crossed, beside, elsewhere] = await Promise.all([opening, ...batch]);
    const answers = [await rival, crossed];
    expect(answers.filter((answer) => answer === "skipped")).toHaveLength(1);
    expect([beside, elsewhere]).not.toContain("skipped");
    expect(await seqsIn(rooms[0])).toEqual(upTo(3));
    expect(await seqsIn(rooms[1])).toEqual([1]);
    await other.stop();
  });
});

describe("the same draft twice in one statement", () => {
  it("is stored once, and spoils nothing for those beside it", async () => {
    const roomId = await newRoom([authorId]);
    const failures: unknown[] = [];
    const pool = {
      query: (statement: Parameters<Pool["query"]>[0]) =>
        database.pool.query(statement).catch((error) => {
          failures.push(error);
          throw error;
        }),
    } as unknown as Pool;
    const log = new RoomLog(pool, () => {});
    const twin = draft(roomId, "twin");
    const opening = append(log, draft(roomId, "opening"));
    const [one, beside, other] = [twin, draft(roomId, "beside"), twin].map((each) => append(log, each));
    const answers = await Promise.all([opening, one, beside, other]);
    expect(answers.map((answer) => (answer === "skipped" ? answer : answer?.seq))).toEqual([1, 2, 3, "skipped"]);
    expect(failures).toEqual([]);
  });
});

describe("drafts that are there already, in one statement with new ones", () => {
  it("are left out, time and again; the new ones take the next numbers", async () => {
    const roomId = await newRoom([authorId]);
    const log = new RoomLog(database.pool, () => {});
    const old = upTo(3).map((n) => draft(roomId, `old ${n}`));
    await Promise.all(old.map((each) => append(log, each)));
    for (const round of upTo(3)) {
      const mixed = old.flatMap((each, n) => [each, draft(roomId, `new ${round} ${n}`)]);
      const answers = await Promise.all(mixed.map((each) => append(log, each)));
      const first = 3 * round + 1;
      expect(answers.map((answer) => (answer === "skipped" ? answer : answer.seq))).toEqual(
        [first, first + 1, first + 2].flatMap((seq) => ["skipped", seq]),
      );
    }
    expect(await seqsIn(roomId)).toEqual(upTo(12));
    expect(await lastSeqOf(roomId)).toBe(12);
  });
});

describe("a statement that was planned while there were no messages", () => {
  it("does not read them all when there are", async () => {
    const fresh = await startTestDatabase({ max: 1 });
    const author = await newAuthor(fresh.pool);
    const roomId = await newRoom([author], fresh.pool);
    const log = new RoomLog(fresh.pool, () => {});
    await fresh.pool.query('ANALYZE "Message"');
    for (const round of upTo(20)) {
      await Promise.all(upTo(20).map((n) => append(log, { ...draft(roomId, `${round} ${n}`), authorId: author })));
    }
    await fresh.pool.query("SELECT pg_stat_force_next_flush()");
    const { rows } = await fresh.pool.query(
      "SELECT seq_tup_read::int FROM pg_stat_user_tables WHERE relname = 'Message'",
    );
    expect(await lastSeqOf(roomId, fresh.pool)).toBe(400);
    expect(rows).toEqual([{ seq_tup_read: 0 }]);
    await fresh.stop();
  });
});

describe("a room that is archived while its messages wait", () => {
  it("takes none of them and no number; another room in the same statement takes its own", async () => {
    const [archived, open] = [await newRoom([authorId]), await newRoom([authorId])];
    const log = new RoomLog(database.pool, () => {});
    await append(log, draft(archived, "before"));
    const lock = await lockRoom(archived);
    await lock.client.query(`UPDATE "Room" SET "archivedAt" = now() WHERE id = $1`, [archived]);
    const waiting = [draft(archived, "late"), draft(open, "fine"), draft(archived, "later")].map((each) =>
      append(log, each),
    );
    await untilWaitingForLocks(1);
    await lock.release();
    const [late, fine, later] = await Promise.all(waiting);
    expect([late, later]).toEqual(["skipped", "skipped"]);
    expect(fine).toMatchObject({ seq: 1 });
    expect(await lastSeqOf(archived)).toBe(1);
  });
});

describe("who may write", () => {
  it("is who is a member, draft by draft, also within one statement", async () => {
    const [member, stranger] = [await newAuthor(), await newAuthor()];
    const roomId = await newRoom([member]);
    const log = new RoomLog(database.pool, () => {});
    const by = (author: string, message: string) => append(log, { ...draft(roomId, message), authorId: author });
    const answers = await Promise.all([
      by(member, "1"),
      by(stranger, "no"),
      by(member, "2"),
      by(stranger, "no"),
      by(member, "3"),
    ]);
    expect(answers.map((answer) => (answer === "skipped" ? answer : answer.seq))).toEqual([
      1,
      "skipped",
      2,
      "skipped",
      3,
    ]);
    expect(await seqsIn(roomId)).toEqual([1, 2, 3]);
  });

  it("does not depend on another's clientId: only one's own is a retry", async () => {
    const [one, two] = [await newAuthor(), await newAuthor()];
    const roomId = await newRoom([one, two]);
    const log = new RoomLog(database.pool, () => {});
    const same = { ...draft(roomId, "hello"), clientId: "same" };
    const answers = await Promise.all([
      append(log, { ...same, authorId: one }),
      append(log, { ...same, authorId: two }),
    ]);
    expect(answers).toMatchObject([{ seq: 1 }, { seq: 2 }]);
  });
});

describe("a database that fails", () => {
  it("answers every waiting sender, and the next statement is as good as any", async () => {
    const rooms = await Promise.all(Array.from({ length: 5 }, () => newRoom([authorId])));
    const faulty = faultyPool(() => "fail");
    const log = new RoomLog(faulty.pool, () => {});
    const answers = await Promise.allSettled(
      rooms.flatMap((roomId) => upTo(20).map((n) => append(log, draft(roomId, `${n}`)))),
    );
    for (const answer of answers) expect(answer).toMatchObject({ status: "rejected", reason: overloaded() });
    await log.drain();
    faulty.next = () => "work";
    for (const roomId of rooms) expect(await append(log, draft(roomId, "again"))).toMatchObject({ seq: 1 });
  });

  it("loses nothing that was accepted, doubles nothing that is tried again, and leaves no hole", async () => {
    const fault = fc.constantFrom<Fault>("work", "work", "fail", "fail after commit");
    await fc.assert(
      fc.asyncProperty(fc.array(fault, { maxLength: 40 }), fc.integer({ min: 1, max: 60 }), async (faults, count) => {
        const rooms = [await newRoom([authorId]), await newRoom([authorId]), await newRoom([authorId])];
        const left = [...faults];
        const told: Message[] = [];
        const log = new RoomLog(
          faultyPool(() => left.shift() ?? "work").pool,
          (_, messages) => void told.push(...messages),
        );
        const drafts = Array.from({ length: count }, (_, n) => draft(rooms[n % 3] as string, `${n}`));
        const accepted = await Promise.all(drafts.map((each) => appendUntilAccepted(log, each)));

        for (const roomId of rooms) {
          const stored = await storedIn(roomId);
          expect(stored.map(({ seq }) => seq)).toEqual(upTo(stored.length));
          expect(await lastSeqOf(roomId)).toBe(stored.length);
          expect(stored.map(({ body }) => body).sort()).toEqual(
            drafts
              .filter((each) => each.roomId === roomId)
              .map(({ message }) => message)
              .sort(),
          );
        }
        // Whoever was told of a message was told the truth, once.
        for (const message of accepted) if (message !== "skipped") expect(told).toContainEqual(message);
        expect(new Set(told.map(({ id }) => id)).size).toBe(told.length);
      }),
      { numRuns: 15 },
    );
  });

  it("that ends our connections in the middle of a statement is tried anew", async () => {
    const roomId = await newRoom([authorId]);
    const other = await anotherPool();
    const log = new RoomLog(other.pool, () => {});
    const lock = await lockRoom(roomId);
    const doomed = Promise.allSettled([append(log, draft(roomId, "doomed"))]);
    await untilWaitingForLocks(1);
    const waiting = append(log, draft(roomId, "waiting"));
    await database.pool.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
    );
    expect(await doomed).toMatchObject([{ status: "rejected", reason: overloaded() }]);
    await lock.release();
    expect(await waiting).toMatchObject({ seq: 1, message: "waiting" });
    await other.stop();
  });

  it("is not asked for more than may wait: the queue is full, and says so at once", async () => {
    const never = { query: () => new Promise(() => {}) } as unknown as Pool;
    const log = new RoomLog(never, () => {});
    const roomId = randomUUID();
    for (let n = 0; n < 20_000; n++) void append(log, draft(roomId, `${n}`));
    await expect(append(log, draft(roomId, "one too many"))).rejects.toMatchObject(overloaded());
  });
});

describe("a room whose row somebody else holds", () => {
  it("keeps its own messages waiting and no other room's", async () => {
    const [held, free] = [await newRoom([authorId]), await newRoom([authorId])];
    const log = new RoomLog(database.pool, () => {});
    const lock = await lockRoom(held);
    let isAnswered = false;
    const waiting = append(log, draft(held, "waits")).finally(() => {
      isAnswered = true;
    });
    await untilWaitingForLocks(1);
    for (const n of upTo(50)) expect(await append(log, draft(free, `${n}`))).toMatchObject({ seq: n });
    expect(isAnswered).toBe(false);
    await lock.release();
    expect(await waiting).toMatchObject({ seq: 1 });
  });

  it("for too long is an overload: the sender is told, nothing of it is stored, and later all is well", async () => {
    const told = vi.spyOn(log, "info");
    const roomId = await newRoom([authorId]);
    const other = await anotherPool();
    const roomLog = new RoomLog(other.pool, () => {});
    const lock = await lockRoom(roomId);
    await expect(append(roomLog, draft(roomId, "too late"))).rejects.toMatchObject(overloaded());
    expect(told).toHaveBeenCalledWith({ ms: expect.any(Number), messages: 1 }, expect.stringContaining("was slow"));
    await lock.release();
    expect(await append(roomLog, draft(roomId, "now"))).toMatchObject({ seq: 1 });
    expect((await storedIn(roomId)).map(({ body }) => body)).toEqual(["now"]);
    await other.stop();
  });
});

describe("a room whose row is held by a process that stands still in the middle of a transaction", () => {
  it("takes messages again while their senders still wait", async () => {
    const roomId = await newRoom([authorId]);
    const log = new RoomLog(database.pool, () => {});
    const other = await anotherPool();
    const stopped = await other.pool.connect();
    await stopped.query("BEGIN");
    await stopped.query(`SELECT FROM "Room" WHERE id = $1 FOR UPDATE`, [roomId]);
    await expect(append(log, draft(roomId, "at last"))).resolves.toMatchObject({ seq: 1 });
    await expect(stopped.query("COMMIT")).rejects.toThrow();
    stopped.release(true);
    await other.stop();
  });
});

describe("a database that says nothing any more", () => {
  it("is given up after a while: every sender is told, and it heals when the way is open again", async () => {
    const { hostname, port } = new URL(database.url);
    const proxy = await startProxy({ host: hostname, port: Number(port) });
    const other = await anotherPool(proxy);
    const log = new RoomLog(other.pool, () => {});
    const rooms = await Promise.all(upTo(5).map(() => newRoom([authorId])));
    for (const roomId of rooms) await append(log, draft(roomId, "before"));
    proxy.stall();
    const silent = await Promise.allSettled(rooms.map((roomId) => append(log, draft(roomId, "into the void"))));
    for (const answer of silent) expect(answer).toMatchObject({ status: "rejected", reason: overloaded() });
    proxy.flow();
    const again = await Promise.all(rooms.map((roomId) => appendUntilAccepted(log, draft(roomId, "after"))));
    for (const message of again) expect(message).toMatchObject({ message: "after" });
    for (const roomId of rooms) expect(await seqsIn(roomId)).toEqual(upTo(await lastSeqOf(roomId)));
    await other.stop();
    await proxy.stop();
  });
});

type Fault = "work" | "fail" | "fail after commit";

/** The test's pool, with what may happen to each statement that is sent through it. */
function faultyPool(next: () => Fault) {
  const faulty = {
    next,
    pool: {
      async query(statement: Parameters<Pool["query"]>[0]) {
        const fault = faulty.next();
        if (fault === "fail") throw new Error("The connection broke.");
        const result = await database.pool.query(statement);
        if (fault === "fail after commit") throw new Error("The connection broke, and nobody knows when.");
        return result;
      },
    } as unknown as Pool,
  };
  return faulty;
}

/** As a promise: rejects with the log's refusal. */
function append(log: RoomLog, each: Draft): Promise<Exclude<Appended, Refused>> {
  return new Promise((resolve, reject) => {
    log.append(each, (appended) => (appended instanceof Refused ? reject(appended) : resolve(appended)));
  });
}

/** What a sender does: the same draft again, until it is answered. */
async function appendUntilAccepted(log: RoomLog, each: Draft): Promise<Exclude<Appended, Refused>> {
  for (;;) {
    try {
      return await append(log, each);
    } catch (error) {
      if (!(error instanceof Refused) || error.code !== "overloaded") throw error;
    }
  }
}

function draft(roomId: string, message: string): Draft {
  return { roomId, authorId, sender: "Ada", clientId: randomUUID(), message };
}

function overloaded() {
  return { name: "Refused", code: "overloaded", details: { retryAfterMs: expect.any(Number) } };
}

/** A pool as another process would have, with little patience. */
async function anotherPool(proxy?: TestProxy) {
  const url = new URL(database.url);
  if (proxy) url.host = `127.0.0.1:${proxy.port}`;
  const { pool, prisma } = connect(url.href, { max: 5, statementTimeoutMs: STATEMENT_TIMEOUT_MS });
  pool.on("error", () => {});
  return {
    pool,
    async stop() {
      await prisma.$disconnect();
      if (!pool.ended) await pool.end();
    },
  };
}

/** Holds a room's row, as a transaction that takes its time would. */
async function lockRoom(roomId: string) {
  const client = new Client({ connectionString: database.url });
  await client.connect();
  await client.query("BEGIN");
  await client.query(`SELECT FROM "Room" WHERE id = $1 FOR UPDATE`, [roomId]);
  return {
    client,
    async release() {
      await client.query("COMMIT");
      await client.end();
    },
  };
}

async function untilWaitingForLocks(count: number): Promise<void> {
  for (;;) {
    const { rows } = await database.pool.query(
      "SELECT count(*)::int FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
    );
    if (rows[0].count >= count) return;
  }
}

async function newAuthor(pool = database.pool): Promise<string> {
  const id = randomUUID();
  await pool.query(`INSERT INTO "User" (id, name, email, "passwordHash") VALUES ($1, 'Ada', $2, 'none')`, [
    id,
    `${id}@example.org`,
  ]);
  return id;
}

async function newRoom(members: string[], pool = database.pool): Promise<string> {
  const id = randomUUID();
  await pool.query(`INSERT INTO "Room" (id, slug, name) VALUES ($1, $2, 'Room')`, [id, id]);
  await pool.query(`INSERT INTO "Membership" ("roomId", "userId") SELECT $1, unnest($2::uuid[])`, [id, members]);
  return id;
}

async function storedIn(roomId: string): Promise<{ seq: number; body: string }[]> {
  const { rows } = await database.pool.query(`SELECT seq, body FROM "Message" WHERE "roomId" = $1 ORDER BY seq`, [
    roomId,
  ]);
  return rows;
}

async function seqsIn(roomId: string): Promise<number[]> {
  return (await storedIn(roomId)).map(({ seq }) => seq);
}

async function lastSeqOf(roomId: string, pool = database.pool): Promise<number> {
  const { rows } = await pool.query(`SELECT "lastSeq" FROM "Room" WHERE id = $1`, [roomId]);
  return rows[0].lastSeq;
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, n) => n + 1);
}
