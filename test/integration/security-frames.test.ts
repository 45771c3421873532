import { describe, expect, it } from "vitest";
import { CloseCode } from "@/protocol/close-codes";
import type { ServerFrame } from "@/protocol/frames";
import { FRAME_MAX_BYTES, FRAME_MAX_DEPTH, MESSAGE_MAX_LENGTH } from "@/protocol/limits";
import { addMember } from "@/server/domain/memberships";
import { updateRoom } from "@/server/domain/rooms";
import { shared } from "@/server/shared";
import { RawSocket } from "../support/raw-socket";
import { type TestSocket, useTestRealtime } from "../support/realtime";

const FAST = { burst: 100_000, perSecond: 100_000 };
const { person, connect, serve, room, url } = useTestRealtime({
  chatRatePerUser: FAST,
  frameRatePerSocket: FAST,
  upgradesPerAddressPerMinute: 100_000,
});

describe("into a closed room that is not theirs", () => {
  it.each(["slug", "id"] as const)(
    "nobody gets a word, and is told that there is no such room (by its %s)",
    async (by) => {
      const [ada, mallory] = [await person("Ada"), await person("Mallory")];
      const secret = await room(ada, "Secret", "closed");
      const [adas, mallorys] = [await connect(ada), await connect(mallory)];
      await adas.join(secret.id);
      const ref = secret[by];
      for (const frame of [
        { type: "join", payload: { roomId: ref } },
        { type: "join", payload: { roomId: ref, since: 0 } },
        { type: "chat", payload: { roomId: ref, message: "let me in", clientId: "knock" } },
      ]) {
        mallorys.send(frame);
        const { payload } = await mallorys.next("error");
        mallorys.send(JSON.parse(JSON.stringify(frame).replace(ref, "never-was")));
        const { payload: nowhere } = await mallorys.next("error");
        expect(payload).toEqual({ ...nowhere, roomId: ref });
        expect(payload.code).toBe("not_found");
      }
      mallorys.send({ type: "typing", payload: { roomId: ref } });
      expect((await mallorys.next("error")).payload).toMatchObject({ code: "not_joined" });
      mallorys.send({ type: "leave", payload: { roomId: ref } });
      expect((await mallorys.next("error")).payload).toMatchObject({ code: "not_joined" });

      expect((await adas.say("still alone")).seq).toBe(1);
      expect(adas.frames.filter(({ type }) => type === "typing")).toEqual([]);
      expect(mallorys.frames.filter(({ type }) => type !== "error")).toEqual([]);
      expect(await countMembers(secret.id)).toBe(1);
    },
  );
});

describe("into an open room", () => {
  it("only members write, and a member who has not joined on this socket is answered here alone", async () => {
    const [ada, grace] = [await person("Ada"), await person("Grace")];
    const { id } = await room(ada, "Open");
    const graces = await connect(grace);
    graces.send({ type: "chat", payload: { roomId: id, message: "hello", clientId: "c" } });
    expect((await graces.next("error")).payload).toMatchObject({ code: "forbidden", clientId: "c", roomId: id });
    await addMember(ada, id, grace.id);
    expect(await graces.say("hello", { roomId: id })).toMatchObject({ seq: 1, roomId: id });
  });

  it("nobody types or talks without having joined", async () => {
    const socket = await connect(await person("Ada"));
    for (const frame of [
      { type: "chat", payload: { message: "where am I?", clientId: "c" } },
      { type: "typing" },
      { type: "leave", payload: { roomId: "lobby" } },
    ]) {
      socket.send(frame);
      expect((await socket.next("error")).payload.code).toBe("not_joined");
    }
  });

  it("talk without a room goes where it went when a join after that failed, and nowhere when that was the first", async () => {
    const [ada, grace] = [await person("Ada"), await person("Grace")];
    const [open, secret] = [await room(ada, "Where it went"), await room(grace, "Failed", "closed")];
    const socket = await connect(ada);
    for (const [ref, told] of [
      [secret.id, "not_joined"],
      [open.id, open.id],
      [secret.id, open.id],
    ] as const) {
      socket.send({ type: "join", payload: { roomId: ref } });
      socket.send({ type: "chat", payload: { message: "where?" } });
      if (ref === secret.id)
        expect((await socket.next("error")).payload).toMatchObject({ code: "not_found", roomId: ref });
      if (told === "not_joined") expect((await socket.next("error")).payload.code).toBe(told);
      else expect((await socket.next("chat")).payload.roomId).toBe(told);
    }
  });

  it("typing is told five times at once, on all sockets of a person together, and then its sender to wait", async () => {
    const [ada, grace] = [await person("Ada"), await person("Grace")];
    const { id } = await room(ada, "Typing");
    await addMember(ada, id, grace.id);
    const [adas, another, graces] = [await connect(ada), await connect(ada), await connect(grace)];
    for (const socket of [adas, another, graces]) await socket.join(id);
    for (let n = 0; n < 20; n++) another.send({ type: "typing" });
    await another.untilFrames(14, "error");
    for (let n = 0; n < 20; n++) adas.send({ type: "typing" });
    const { payload } = await adas.next("error");
    expect(payload).toMatchObject({ code: "rate_limited" });
    expect(payload.retryAfterMs).toBeGreaterThan(0);
    expect(payload.retryAfterMs).toBeLessThanOrEqual(1_000);
    await adas.untilFrames(18, "error");
    const { id: saidId } = await adas.say("typed");
    expect((await graces.next("chat")).payload.id).toBe(saidId);
    const told = graces.frames.filter(({ type }) => type === "typing").length;
    expect(told).toBeGreaterThanOrEqual(5);
    expect(told).toBeLessThanOrEqual(8);
  });

  it("talk without a room goes to the one joined last, and to none once that is left", async () => {
    const ada = await person("Ada");
    const [first, second] = [await room(ada, "First"), await room(ada, "Second")];
    const socket = await connect(ada);
    await socket.join(first.id);
    await socket.join(second.slug);
    expect(await socket.say("here")).toMatchObject({ roomId: second.id });
    socket.send({ type: "leave", payload: { roomId: second.slug } });
    expect((await socket.next("left")).payload).toEqual({ roomId: second.id, reason: "left" });
    socket.send({ type: "chat", payload: { message: "where?" } });
    expect((await socket.next("error")).payload.code).toBe("not_joined");
  });
});

describe("an archived room", () => {
  it("is read and not written, by a socket that had joined before too; who is no member stays outside", async () => {
    const [ada, grace] = [await person("Ada"), await person("Grace")];
    const { id } = await room(ada, "Old");
    const socket = await connect(ada);
    await socket.join(id);
    const { seq } = await socket.say("the last word");
    await updateRoom(ada, id, { archived: true });
    expect((await socket.next("room")).payload.archivedAt).not.toBeNull();
    socket.send({ type: "chat", payload: { message: "one more", clientId: "late" } });
    expect((await socket.next("error")).payload).toMatchObject({ code: "archived", clientId: "late" });
    expect((await socket.join(id, 0)).messages).toHaveLength(seq);

    const graces = await connect(grace);
    graces.send({ type: "join", payload: { roomId: id } });
    expect((await graces.next("error")).payload.code).toBe("archived");

    await updateRoom(ada, id, { archived: false });
    expect((await socket.say("and we go on")).seq).toBe(seq + 1);
  });
});

describe("what no room can be called", () => {
  it.each([
    "a\0b",
    "\ud800",
    "' OR 1=1 --",
    "../../etc/passwd",
    "00000000-0000-0000-0000-000000000000",
    "💥".repeat(60),
  ])("%j is not found, and spoils the search of nobody who asks at the same time", async (ref) => {
    const [ada, mallory] = [await person("Ada"), await person("Mallory")];
    const { id } = await room(ada, "Beside");
    const sockets = [await connect(ada), await connect(mallory)] as const;
    const joined = sockets[0].join(id);
    sockets[1].send({ type: "join", payload: { roomId: ref } });
    expect((await sockets[1].next("error")).payload.code).toBe("not_found");
    sockets[1].send({ type: "chat", payload: { roomId: ref, message: "m" } });
    expect((await sockets[1].next("error")).payload.code).toBe("not_found");
    expect((await joined).roomId).toBe(id);
  });

  it("a cursor beyond what the database counts to is refused, one beyond the room's head is answered", async () => {
    const ada = await person("Ada");
    const { id } = await room(ada, "Future");
    const socket = await connect(ada);
    socket.send({ type: "join", payload: { roomId: id, since: 2 ** 31 } });
    expect((await socket.next("error")).payload).toMatchObject({ code: "invalid", field: "since" });
    expect(await socket.join(id, 2 ** 31 - 1)).toMatchObject({ seq: 0, messages: [], more: false });
    expect((await socket.say("hello")).seq).toBe(1);
  });
});

describe("how large and how deep", () => {
  it(`a frame of ${FRAME_MAX_BYTES} bytes is read; one byte more closes with 1009`, async () => {
    const socket = await connect(await person("Ada"));
    socket.send('{"type":"ping"}'.padEnd(FRAME_MAX_BYTES));
    await socket.next("pong");
    socket.send('{"type":"ping"}'.padEnd(FRAME_MAX_BYTES + 1));
    expect((await socket.untilClosed()).code).toBe(CloseCode.tooLarge);
  });

  it("a message up to its limit is stored whole; one character more is refused by name", async () => {
    const ada = await person("Ada");
    const { id } = await room(ada, "Long");
    const socket = await connect(ada);
    await socket.join(id);
    const longest = "😀".repeat(MESSAGE_MAX_LENGTH / 2);
    expect((await socket.say(longest)).message).toBe(longest);
    socket.send({ type: "chat", payload: { message: `${longest}.`, clientId: "long" } });
    const { payload } = await socket.next("error");
    expect(payload).toMatchObject({ code: "invalid", field: "message", clientId: "long" });
  });

  it("a frame nested too deep is refused, and the socket lives", async () => {
    const socket = await connect(await person("Ada"));
    socket.send(`{"type":"ping","payload":${"[".repeat(FRAME_MAX_DEPTH)}${"]".repeat(FRAME_MAX_DEPTH)}}`);
    expect((await socket.next("error")).payload.code).toBe("malformed");
    socket.send("[".repeat(60_000));
    expect((await socket.next("error")).payload.code).toBe("malformed");
    socket.send({ type: "ping" });
    await socket.next("pong");
  });

  it("a binary frame closes with 1003", async () => {
    const socket = await connect(await person("Ada"));
    socket.socket.send(Buffer.from('{"type":"ping"}'));
    expect((await socket.untilClosed()).code).toBe(CloseCode.unsupportedData);
  });
});

describe("how many and how fast", () => {
  it("rooms one socket may join: then too_many, until it leaves one; joining again is free", async () => {
    const { url } = await serve({ joinsPerSocket: 2 });
    const ada = await person("Ada");
    const rooms = [await room(ada, "R1"), await room(ada, "R2"), await room(ada, "R3")] as const;
    const socket = await connect(ada, url);
    await socket.join(rooms[0].id);
    await socket.join(rooms[1].id);
    socket.send({ type: "join", payload: { roomId: rooms[2].id } });
    expect((await socket.next("error")).payload).toMatchObject({ code: "too_many", roomId: rooms[2].id });
    await socket.join(rooms[0].slug);
    socket.send({ type: "leave", payload: { roomId: rooms[0].id } });
    await socket.next("left");
    await socket.join(rooms[2].id);
  });

  it("messages one person may send, over all their sockets and over a reconnect; another person is free", async () => {
    const { url } = await serve({ chatRatePerUser: { burst: 3, perSecond: 0.1 } });
    const [ada, grace] = [await person("Ada"), await person("Grace")];
    const { id } = await room(ada, "Talk");
    await addMember(ada, id, grace.id);
    const [one, two] = [await connect(ada, url), await connect(ada, url)];
    await one.say("1", { roomId: id });
    await two.say("2", { roomId: id });
    await one.say("3", { roomId: id });
    for (const socket of [one, two]) await expectLimited(socket, id);
    one.socket.close();
    two.socket.close();
    await Promise.all([one.untilClosed(), two.untilClosed()]);
    await expectLimited(await connect(ada, url), id);
    const graces = await connect(grace, url);
    expect((await graces.say("4", { roomId: id })).seq).toBe(4);
  });

  it("frames one socket may send: each beyond is told when to come back, a flood is closed with 4429", async () => {
    const { url } = await serve({ frameRatePerSocket: { burst: 5, perSecond: 0.1 } });
    const socket = await connect(await person("Ada"), url);
    for (let n = 0; n < 6; n++) socket.send({ type: "ping" });
    const { payload } = await socket.next("error");
    expect(payload).toMatchObject({ code: "rate_limited" });
    expect(payload.retryAfterMs).toBeGreaterThan(0);
    expect(socket.frames.filter(({ type }) => type === "pong")).toHaveLength(5);
    for (let n = 0; n < 250; n++) socket.send("noise");
    expect((await socket.untilClosed()).code).toBe(CloseCode.tooMany);
  });

  it("frames that cannot be read: twenty are answered, the next closes with 4400", async () => {
    const socket = await connect(await person("Ada"));
    for (let n = 0; n < 20; n++) socket.send("noise");
    await socket.untilFrames(20, "error");
    socket.send({ type: "ping" });
    await socket.next("pong");
    socket.send('{"type":"shout"}');
    expect((await socket.untilClosed()).code).toBe(CloseCode.malformed);
  });

  it("frames that wait while a room is joined are kept in order, and bounded", async () => {
    const ada = await person("Ada");
    const { id } = await room(ada, "Busy");
    const socket = await connect(ada);
    socket.send({ type: "join", payload: { roomId: id } });
    for (let n = 0; n < 150; n++) socket.send({ type: "chat", payload: { message: `${n}`, clientId: `c${n}` } });
    const refused = (await socket.untilFrames(50, "error")) as Extract<ServerFrame, { type: "error" }>[];
    const chats = (await socket.untilFrames(100, "chat")) as Extract<ServerFrame, { type: "chat" }>[];
    expect(chats.map(({ payload }) => payload.message)).toEqual(Array.from({ length: 100 }, (_, n) => `${n}`));
    expect(refused.map(({ payload }) => payload.clientId)).toEqual(Array.from({ length: 50 }, (_, n) => `c${n + 100}`));
    expect(refused.every(({ payload }) => payload.code === "rate_limited")).toBe(true);
  });
});

describe("a reader that does not keep up", () => {
  it("is cut with 4008, comes back with its cursor and has missed nothing; nobody waits for it", async () => {
    const { url } = await serve({ bufferedBytesMax: 64 * 1024 });
    const [ada, grace] = [await person("Ada"), await person("Grace")];
    const { id } = await room(ada, "Firehose");
    const [speaker, slow] = [await connect(ada, url), await connect(grace, url)];
    await speaker.join(id);
    await slow.join(id);
    await untilCount(speaker, 2);
    slow.socket.pause();

    // The kernel's buffers on both sides fill first: how much they take is not ours to know.
    const message = "漢".repeat(MESSAGE_MAX_LENGTH);
    let total = 0;
    for (let isCut = false; !isCut && total < 5_000; isCut = countIn(speaker) === 1) {
      for (let n = 0; n < 50; n++) speaker.send({ type: "chat", payload: { message, clientId: `m${total++}` } });
      await speaker.untilFrames(total, "chat");
    }
    await untilCount(speaker, 1);

    slow.socket.resume();
    expect((await slow.untilClosed()).code).toBe(CloseCode.tooSlow);
    const heard = seqsOf(slow);
    expect(heard).toEqual(Array.from({ length: heard.length }, (_, n) => n + 1));
    expect(heard.length).toBeLessThan(total);

    const back = await connect(grace, url);
    for (let more = true; more; ) {
      const page = await back.join(id, heard.at(-1) ?? 0);
      heard.push(...page.messages.map(({ seq }) => seq));
      more = page.more;
    }
    expect(heard).toEqual(Array.from({ length: total }, (_, n) => n + 1));
    await speaker.say("after");
    expect((await back.next("chat")).payload.seq).toBe(total + 1);
  });
});

describe("a socket that was sent away", () => {
  it("has no say any more, also when it does not answer the close", async () => {
    const ada = await person("Ada");
    const { id } = await room(ada, "Gone");
    const raw = await RawSocket.open(url(), { Authorization: `Bearer ${ada.token}` });
    raw.sendText(JSON.stringify({ type: "join", payload: { roomId: id } }));
    await raw.until(() => raw.texts.find(({ type }) => type === "joined"), "joined");
    raw.send(2, "binary is not spoken here");
    expect(await raw.untilClose()).toBe(CloseCode.unsupportedData);
    raw.sendText(JSON.stringify({ type: "chat", payload: { roomId: id, message: "one more thing" } }));
    raw.sendText(JSON.stringify({ type: "chat", payload: { message: "and another" } }));

    const other = await connect(ada);
    await other.join(id);
    expect((await other.say("only this")).seq).toBe(1);
    raw.destroy();
  });
});

async function expectLimited(socket: TestSocket, roomId: string): Promise<void> {
  socket.send({ type: "chat", payload: { roomId, message: "too fast", clientId: "fast" } });
  const { payload } = await socket.next("error");
  expect(payload).toMatchObject({ code: "rate_limited", clientId: "fast", roomId });
  expect(payload.retryAfterMs).toBeGreaterThan(0);
  expect(payload.retryAfterMs).toBeLessThanOrEqual(10_000);
}

/** The count that the room was last told of. */
function countIn(socket: TestSocket): number {
  return socket.frames.reduce((count, frame) => (frame.type === "presence" ? frame.payload.count : count), 0);
}

async function untilCount(socket: TestSocket, count: number): Promise<void> {
  while (countIn(socket) !== count) await socket.next("presence");
}

function seqsOf(socket: TestSocket): number[] {
  return socket.frames.flatMap((frame) => (frame.type === "chat" ? [frame.payload.seq] : []));
}

async function countMembers(roomId: string): Promise<number> {
  return shared().prisma.membership.count({ where: { roomId } });
}
