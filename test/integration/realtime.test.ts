import { describe, expect, it } from "vitest";
import { shared } from "@/server/shared";
import { useTestRealtime } from "../support/realtime";

const { person, connect, room } = useTestRealtime({
  chatRatePerUser: { burst: 10_000, perSecond: 10_000 },
  frameRatePerSocket: { burst: 10_000, perSecond: 10_000 },
  socketsPerUser: 100,
  upgradesPerAddressPerMinute: 10_000,
});

describe("a conversation", () => {
  it("reaches everybody in the room, the sender too, and nobody in another room", async () => {
    const ada = await person("Ada");
    const grace = await person("Grace");
    const { id: red } = await room(ada, "Red");
    const { id: blue } = await room(ada, "Blue");
    const [adas, graces, elsewhere] = [await connect(ada), await connect(grace), await connect(grace)];
    await adas.join(red);
    await graces.join("red");
    await elsewhere.join(blue);

    const echo = await adas.say("hi there");
    expect(echo).toMatchObject({ message: "hi there", sender: "Ada", senderId: ada.id, roomId: red, seq: 1, rev: 1 });
    expect((await graces.next("chat")).payload).toEqual(echo);

    const blueEcho = await elsewhere.say("only here");
    expect(blueEcho.roomId).toBe(blue);
    expect(elsewhere.frames.filter(({ type }) => type === "chat")).toHaveLength(1);
    expect(adas.frames.filter(({ type }) => type === "chat")).toHaveLength(1);
  });

  it("gives fifty sockets that talk at once the numbers 1 to n without a hole, the same for all", async () => {
    const ada = await person("Ada");
    const { id } = await room(ada, "Crowd");
    const sockets = await Promise.all(Array.from({ length: 50 }, () => connect(ada)));
    await Promise.all(sockets.map((socket) => socket.join(id)));
    const perSocket = 20;
    for (const [index, socket] of sockets.entries()) {
      for (let n = 0; n < perSocket; n++) {
        socket.send({ type: "chat", payload: { roomId: id, message: `${index}-${n}`, clientId: `c-${index}-${n}` } });
      }
    }
    const total = sockets.length * perSocket;
    const heard = await Promise.all(sockets.map((socket) => socket.untilFrames(total, "chat")));
    const expected = Array.from({ length: total }, (_, index) => index + 1);
    for (const frames of heard) {
      expect(frames.map((frame) => (frame.type === "chat" ? frame.payload.seq : 0))).toEqual(expected);
      expect(frames).toEqual(heard[0]);
    }
    const { rows } = await shared().pool.query(`SELECT seq, body FROM "Message" WHERE "roomId" = $1 ORDER BY seq`, [
      id,
    ]);
    expect(rows.map(({ seq }) => seq)).toEqual(expected);
    for (let index = 0; index < sockets.length; index++) {
      const own = rows.map(({ body }) => body as string).filter((body) => body.startsWith(`${index}-`));
      expect(own).toEqual(Array.from({ length: perSocket }, (_, n) => `${index}-${n}`));
    }
  });

  it("answers a retry with the first message, and tells nobody twice", async () => {
    const ada = await person("Ada");
    const { id } = await room(ada, "Retry");
    const [first, second] = [await connect(ada), await connect(ada)];
    await first.join(id);
    await second.join(id);
    const original = await first.say("once", { clientId: "the-same" });
    expect(await second.next("chat")).toMatchObject({ payload: { id: original.id } });
    expect(await second.say("once", { clientId: "the-same" })).toEqual(original);
    const after = await first.say("after");
    expect(after.seq).toBe(original.seq + 1);
    expect(first.frames.filter(({ type }) => type === "chat")).toHaveLength(2);
  });

  it("stores one message when the same clientId arrives many times at once", async () => {
    const ada = await person("Ada");
    const { id } = await room(ada, "Storm");
    const sockets = await Promise.all(Array.from({ length: 8 }, () => connect(ada)));
    for (const socket of sockets)
      socket.send({ type: "chat", payload: { roomId: id, message: "x", clientId: "twin" } });
    const echoes = await Promise.all(sockets.map((socket) => socket.next("chat")));
    expect(new Set(echoes.map(({ payload }) => payload.id)).size).toBe(1);
    const { rows } = await shared().pool.query(`SELECT "lastSeq" FROM "Room" WHERE id = $1`, [id]);
    expect(rows[0].lastSeq).toBe(1);
  });
});

describe("joining", () => {
  it("tells the latest page, then what was missed since a cursor", async () => {
    const ada = await person("Ada");
    const { id } = await room(ada, "History");
    const socket = await connect(ada);
    await socket.join(id);
    for (let n = 1; n <= 60; n++) await socket.say(`${n}`);

    const reader = await connect(ada);
    const latest = await reader.join(id);
    expect(latest).toMatchObject({ roomId: id, slug: "history", seq: 60, count: 1, more: true });
    expect(latest.messages.map(({ seq }) => seq)).toEqual(Array.from({ length: 50 }, (_, n) => n + 11));

    const missed = await reader.join(id, 57);
    expect(missed.messages.map(({ seq }) => seq)).toEqual([58, 59, 60]);
    expect(missed.more).toBe(false);
  });

  it("pages what was missed, however long the absence", async () => {
    const ada = await person("Ada");
    const { id } = await room(ada, "Absence");
    await shared().pool.query(
      `INSERT INTO "Message" (id, "roomId", seq, rev, "authorId", "clientId", body)
       SELECT gen_random_uuid(), $1, n, n, $2, 'a-' || n, 'm' FROM generate_series(1, 450) n`,
      [id, ada.id],
    );
    await shared().pool.query(`UPDATE "Room" SET "lastSeq" = 450 WHERE id = $1`, [id]);
    const reader = await connect(ada);
    const seen: number[] = [];
    for (let since = 0, more = true; more; since = seen.at(-1) ?? 0) {
      const page = await reader.join(id, since);
      seen.push(...page.messages.map(({ rev }) => rev));
      more = page.more;
      expect(page.seq).toBe(450);
    }
    expect(seen).toEqual(Array.from({ length: 450 }, (_, n) => n + 1));
  });

  it("makes whoever joins an open room a member, and refuses a closed one as if it did not exist", async () => {
    const ada = await person("Ada");
    const grace = await person("Grace");
    const open = await room(ada, "Open door");
    const closed = await room(ada, "Closed door", "closed");
    const socket = await connect(grace);
    await socket.join(open.slug);
    const where = { roomId_userId: { roomId: open.id, userId: grace.id } };
    expect(await shared().prisma.membership.findUnique({ where })).not.toBeNull();

    for (const ref of [closed.slug, closed.id, "never-was"]) {
      socket.send({ type: "join", payload: { roomId: ref } });
      expect((await socket.next("error")).payload).toMatchObject({ code: "not_found", roomId: ref });
      socket.send({ type: "chat", payload: { roomId: ref, message: "let me in", clientId: "c" } });
      expect((await socket.next("error")).payload).toMatchObject({ code: "not_found", clientId: "c" });
    }
  });

  it("counts a person with three tabs once, and tells who comes and goes", async () => {
    const ada = await person("Ada");
    const grace = await person("Grace");
    const { id } = await room(ada, "Presence");
    const watcher = await connect(ada);
    expect((await watcher.join(id)).count).toBe(1);
    const tabs = [await connect(grace), await connect(grace), await connect(grace)];
    for (const tab of tabs) expect((await tab.join(id)).count).toBe(2);

    let told = (await watcher.next("presence")).payload;
    while (told.count !== 2) told = (await watcher.next("presence")).payload;
    expect(told.people.map(({ name }) => name).sort()).toEqual(["Ada", "Grace"]);

    for (const tab of tabs) tab.close();
    while (told.count !== 1) told = (await watcher.next("presence")).payload;
    expect(told.people).toEqual([{ id: ada.id, name: "Ada" }]);
  });
});
