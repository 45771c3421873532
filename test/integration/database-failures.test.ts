import type { QueryResult } from "pg";
import { afterEach, describe, expect, it, vi } from "vitest";
import { CloseCode } from "@/protocol/close-codes";
import { addMember } from "@/server/domain/memberships";
import { shared } from "@/server/shared";
import { useTestRealtime } from "../support/realtime";

const FAST = { burst: 100_000, perSecond: 100_000 };
const AUDIT_INTERVAL_MS = 300;

const { person, connect, room, serve } = useTestRealtime({
  chatRatePerUser: FAST,
  frameRatePerSocket: FAST,
  auditIntervalMs: AUDIT_INTERVAL_MS,
});

afterEach(() => vi.restoreAllMocks());

describe("a commit whose answer is lost", () => {
  it("is an overload to its sender, who tries again and is answered with the first; everybody is told, once", async () => {
    const { url } = await serve({ auditIntervalMs: 3_600_000 });
    const { adas, graces } = await conversation("Retried", url);
    breakNext("append-messages", "after");
    adas.send({ type: "chat", payload: { message: "unknown", clientId: "unknown" } });
    expect((await adas.next("error")).payload).toMatchObject({ code: "overloaded", clientId: "unknown" });
    const first = await adas.say("unknown", { clientId: "unknown" });
    expect(first.seq).toBe(2);
    expect((await graces.next("chat")).payload).toEqual(first);
    adas.send({ type: "chat", payload: { message: "after" } });
    expect((await graces.next("chat")).payload).toMatchObject({ seq: 3, message: "after" });
    expect(chatsOf(graces)).toEqual([1, 2, 3]);
  });

  it("is found by those who listen, although nobody tries again and nothing follows", async () => {
    const { adas, graces } = await conversation("Abandoned");
    breakNext("append-messages", "after");
    adas.send({ type: "chat", payload: { message: "abandoned", clientId: "abandoned" } });
    await adas.next("error");
    expect((await graces.next("chat")).payload).toMatchObject({ seq: 2, message: "abandoned" });
    expect((await adas.next("chat")).payload).toMatchObject({ seq: 2, clientId: "abandoned" });
  });
});

describe("a database that fails", () => {
  it("answers every message that waits, by its clientId, and forgets them: the next are stored from 1 on", async () => {
    const { adas, graces } = await conversation("Failing");
    breakNext("append-messages", "before");
    adas.send({ type: "chat", payload: { message: "first", clientId: "w0" } });
    await adas.next("error");
    const back = breakAll("append-messages");
    for (let n = 1; n <= 30; n++) adas.send({ type: "chat", payload: { message: `${n}`, clientId: `w${n}` } });
    const refused = await adas.untilFrames(31, "error");
    expect(refused.map((frame) => (frame.type === "error" ? frame.payload.clientId : "")).sort()).toEqual(
      Array.from({ length: 31 }, (_, n) => `w${n}`).sort(),
    );
    back();
    expect((await adas.say("at last")).seq).toBe(2);
    expect((await graces.next("chat")).payload.seq).toBe(2);
  });

  it.each([
    ["looking up a room", "find-entries"],
    ["reading its newest changes", "recent-changes"],
  ])("while %s makes the join an overload, and the next one good", async (_, query) => {
    const ada = await person("Ada");
    const { id } = await room(ada, `Join ${query}`);
    const socket = await connect(ada);
    breakNext(query, "before");
    socket.send({ type: "join", payload: { roomId: id } });
    socket.send({ type: "chat", payload: { message: "where?" } });
    expect((await socket.next("error")).payload).toMatchObject({ code: "overloaded", roomId: id });
    expect((await socket.next("error")).payload).toMatchObject({ code: "not_joined" });
    expect(await socket.join(id)).toMatchObject({ seq: 0, count: 1 });
    expect((await socket.say("hello")).seq).toBe(1);
  });

  it("while a hole is repaired makes the repair late, not lost", async () => {
    const { id, adas, graces } = await conversation("Hole");
    await shared().pool.query(
      `INSERT INTO "Message" (id, "roomId", seq, rev, "authorId", "clientId", body)
       SELECT gen_random_uuid(), $1, 2, 2, "authorId", 'unheard', 'unheard' FROM "Message" WHERE "roomId" = $1`,
      [id],
    );
    await shared().pool.query(`UPDATE "Room" SET "lastSeq" = 2 WHERE id = $1`, [id]);
    breakNext("changes-since", "before");
    adas.send({ type: "chat", payload: { message: "heard", clientId: "heard" } });
    const told = [await graces.next("chat"), await graces.next("chat")];
    expect(told.map(({ payload }) => payload.message)).toEqual(["unheard", "heard"]);
  });
});

describe("a database that was set back under a running process", () => {
  it("has its rooms' listeners come back, and what is said next reaches them although its number was heard before", async () => {
    const { id, adas, graces, people } = await conversation("Set back");
    for (const text of ["lost", "lost too"]) {
      await adas.say(text);
      await graces.next("chat");
    }
    await shared().pool.query(
      `WITH lost AS (DELETE FROM "Message" WHERE "roomId" = $1 AND seq > 1)
       UPDATE "Room" SET "lastSeq" = 1 WHERE id = $1`,
      [id],
    );
    for (const socket of [adas, graces]) {
      expect((await socket.untilClosed()).code).toBe(CloseCode.restart);
    }
    const [ada, grace] = [await connect(people[0]), await connect(people[1])];
    for (const socket of [ada, grace]) expect(await socket.join(id, 3)).toMatchObject({ seq: 1, messages: [] });
    const again = await ada.say("said anew");
    expect(again.seq).toBe(2);
    expect((await grace.next("chat")).payload).toEqual(again);
  });
});

/** Ada and Grace in a room in which one thing has been said. */
async function conversation(name: string, url?: string) {
  const [ada, grace] = [await person("Ada"), await person("Grace")];
  const { id } = await room(ada, name);
  await addMember(ada, id, grace.id);
  const [adas, graces] = [await connect(ada, url), await connect(grace, url)];
  await adas.join(id);
  await graces.join(id);
  await adas.say("hello");
  await graces.next("chat");
  return { id, adas, graces, people: [ada, grace] as const };
}

function chatsOf(socket: Awaited<ReturnType<typeof connect>>): number[] {
  return socket.frames.flatMap((frame) => (frame.type === "chat" ? [frame.payload.seq] : []));
}

type Query = (...args: unknown[]) => Promise<QueryResult>;

/** The next query of this name fails: before the database has seen it, or after it has done what was asked. */
function breakNext(name: string, when: "before" | "after"): void {
  const restore = breakQueries(name, when, () => restore());
}

function breakAll(name: string): () => void {
  return breakQueries(name, "before", () => {});
}

function breakQueries(name: string, when: "before" | "after", onBroken: () => void): () => void {
  const { pool } = shared();
  const query = pool.query.bind(pool) as unknown as Query;
  const spy = vi.spyOn(pool, "query").mockImplementation(async (...args: unknown[]) => {
    if (nameOf(args[0]) !== name) return query(...args);
    onBroken();
    if (when === "after") await query(...args);
    throw Object.assign(new Error("Connection terminated unexpectedly"), { code: "ECONNRESET" });
  });
  return () => spy.mockRestore();
}

/** The append that follows a retry is planned anew each time, and has no name. */
function nameOf(statement: unknown): string | undefined {
  const { name, text } = statement as { name?: string; text?: string };
  return (
    (name === "append-message" ? "append-messages" : name) ??
    (text?.includes('INSERT INTO "Message"') ? "append-messages" : undefined)
  );
}
