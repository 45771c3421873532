import { createHash } from "node:crypto";
import { afterEach, describe, expect, it } from "vitest";
import { frameOf, RawSocket } from "../support/raw-socket";
import { useTestRealtime } from "../support/realtime";

const FAST = { burst: 100_000, perSecond: 100_000 };
const { person, connect, room, url } = useTestRealtime({
  chatRatePerUser: FAST,
  frameRatePerSocket: FAST,
  socketsPerUser: 1_000,
  upgradesPerAddressPerMinute: 100_000,
});

const PING = '{"type":"ping"}';
const opened: RawSocket[] = [];
let token: string | undefined;

afterEach(() => {
  for (const socket of opened.splice(0)) socket.destroy();
});

describe("the handshake", () => {
  it("answers with the key's digest, and with our subprotocol when it was offered", async () => {
    const key = "dGhlIHNhbXBsZSBub25jZQ==";
    const socket = await shakeHands({ "Sec-WebSocket-Key": key, "Sec-WebSocket-Protocol": "chat, adda.v1" });
    const digest = createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
    expect(socket.status).toBe(101);
    expect(socket.head).toContain(`Sec-WebSocket-Accept: ${digest}`);
    expect(socket.head).toContain("Sec-WebSocket-Protocol: adda.v1");
  });

  it("negotiates no extension, whatever is offered", async () => {
    const socket = await shakeHands({ "Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits" });
    expect(socket.status).toBe(101);
    expect(socket.head).not.toMatch(/Sec-WebSocket-Extensions/i);
  });

  it.each([
    ["no key", { "Sec-WebSocket-Key": "" }, 400],
    ["a short key", { "Sec-WebSocket-Key": "c2hvcnQ=" }, 400],
    ["an old version", { "Sec-WebSocket-Version": "7" }, 400],
    ["another subprotocol alone", { "Sec-WebSocket-Protocol": "graphql-ws" }, 400],
  ])("refuses %s", async (_, headers, status) => {
    expect((await shakeHands(headers)).status).toBe(status);
  });

  it("reads frames that came together with the handshake", async () => {
    const socket = await shakeHands({}, frameOf(1, PING));
    await socket.until(() => socket.texts[0], "the pong");
    expect(socket.texts[0]).toEqual({ type: "pong" });
  });
});

describe("fragments", () => {
  it("make one message, cut anywhere, also within a character", async () => {
    const socket = await open();
    const text = Buffer.from('{"type":"join","payload":{"roomId":"😀"}}');
    for (const cut of [1, 31, 32, 33, 34, text.length - 1]) {
      socket.send(1, text.subarray(0, cut), { fin: false });
      socket.send(0, text.subarray(cut));
    }
    await socket.until(() => (socket.texts.length === 6 ? true : undefined), "six answers");
    for (const { payload } of socket.texts) expect(payload).toMatchObject({ code: "not_found", roomId: "😀" });
  });

  it("may be empty", async () => {
    const socket = await open();
    socket.send(1, "", { fin: false });
    socket.send(0, PING, { fin: false });
    socket.send(0, "");
    await socket.until(() => socket.texts[0], "the pong");
  });

  it("let control frames between them, which are answered at once", async () => {
    const socket = await open();
    socket.send(1, PING.slice(0, 5), { fin: false });
    socket.send(9, "between");
    socket.send(10, "unasked");
    await socket.until(() => socket.frames.find(({ opcode }) => opcode === 10), "the pong");
    expect(socket.frames[0]?.payload.toString()).toBe("between");
    expect(socket.texts).toEqual([]);
    socket.send(0, PING.slice(5));
    await socket.until(() => socket.texts[0], "the answer");
  });

  it("are counted: ever more of them are no way to hold memory", async () => {
    const socket = await open();
    socket.send(1, "{", { fin: false });
    for (let n = 0; n < 200; n++) socket.send(0, " ", { fin: false });
    expect(await socket.untilClose()).toBe(1008);
    await socket.untilEnded();
  });

  it("are as large together as one frame may be", async () => {
    const socket = await open();
    const half = Buffer.alloc(32 * 1024, " ");
    socket.send(1, half, { fin: false });
    socket.send(0, Buffer.concat([half.subarray(PING.length), Buffer.from(PING)]));
    await socket.until(() => socket.texts[0], "the pong");
    socket.send(1, half, { fin: false });
    socket.send(0, half, { fin: false });
    socket.send(0, " ");
    expect(await socket.untilClose()).toBe(1009);
  });
});

describe("what RFC 6455 forbids ends the connection with its code", () => {
  const text = Buffer.from(PING);
  it.each([
    ["an unmasked frame", 1002, frameOf(1, text, { mask: null })],
    ["a reserved bit (RSV1)", 1002, frameOf(1, text, { rsv: 4 })],
    ["a reserved bit (RSV2)", 1002, frameOf(1, text, { rsv: 2 })],
    ["a reserved bit (RSV3)", 1002, frameOf(1, text, { rsv: 1 })],
    ["a reserved opcode (3)", 1002, frameOf(3, text)],
    ["a reserved opcode (7)", 1002, frameOf(7, text)],
    ["a reserved control opcode (11)", 1002, frameOf(11, "")],
    ["a reserved control opcode (15)", 1002, frameOf(15, "")],
    ["a fragmented ping", 1002, frameOf(9, "", { fin: false })],
    ["a ping of 126 bytes", 1002, frameOf(9, Buffer.alloc(126))],
    ["a close of 126 bytes", 1002, frameOf(8, Buffer.alloc(126))],
    ["a continuation of nothing", 1002, frameOf(0, text)],
    ["a message begun within another", 1002, Buffer.concat([frameOf(1, "{", { fin: false }), frameOf(1, text)])],
    ["text that is not UTF-8", 1007, frameOf(1, Buffer.from([0x22, 0xc3, 0x28, 0x22]))],
    ["half a surrogate pair in UTF-8", 1007, frameOf(1, Buffer.from([0xed, 0xa0, 0x80]))],
    ["an overlong encoding", 1007, frameOf(1, Buffer.from([0xc0, 0xaf]))],
    ["a character cut off at the end", 1007, frameOf(1, Buffer.from([0xe2, 0x82]))],
    ["a close reason that is not UTF-8", 1007, frameOf(8, Buffer.from([0x03, 0xe8, 0xc3, 0x28]))],
    ["a close code of one byte", 1002, frameOf(8, Buffer.from([0x03]))],
    ["a message that is too large", 1009, frameOf(1, Buffer.alloc(64 * 1024 + 1))],
    ["a length beyond 2^53", 1009, frameOf(1, "", { lengthBytes: 8, claims: 2n ** 63n })],
    ["a claim of 100 MB", 1009, frameOf(1, "", { lengthBytes: 8, claims: 100_000_000 })],
    ["a binary message", 1003, frameOf(2, text)],
    ["an empty binary message", 1003, frameOf(2, "")],
  ])("%s: %i", async (_, code, bytes) => {
    const socket = await open();
    socket.write(bytes);
    expect(await socket.untilClose()).toBe(code);
    expect(socket.texts).toEqual([]);
    // Whoever does not answer the close is not waited for when it broke the rules; whoever spoke binary may answer.
    if (code === 1003) socket.send(8, closing(1003));
    await socket.untilEnded();
  });

  it.each([0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65_535])("the close code %i: 1002", async (code) => {
    const socket = await open();
    socket.send(8, closing(code));
    expect(await socket.untilClose()).toBe(1002);
    await socket.untilEnded();
  });

  it.each([1000, 1001, 1003, 1007, 1011, 1012, 3000, 4999])(
    "the close code %i is answered with itself",
    async (code) => {
      const socket = await open();
      socket.send(8, closing(code, "bye"));
      expect(await socket.untilClose()).toBe(code);
      await socket.untilEnded();
    },
  );

  it("a close without a code is answered with one without", async () => {
    const socket = await open();
    socket.send(8, "");
    expect(await socket.untilClose()).toBeNull();
    await socket.untilEnded();
  });
});

describe("what looks wrong and is not", () => {
  it("a length written with more bytes than it needs ends nothing but perhaps the connection", async () => {
    const socket = await open();
    socket.send(1, PING, { lengthBytes: 8 });
    socket.send(1, PING, { lengthBytes: 2 });
    await socket.until(() => socket.texts[1] ?? (socket.isEnded || undefined), "an answer or an end");
  });

  it("a mask of zeros is a mask", async () => {
    const socket = await open();
    socket.send(1, PING, { mask: Buffer.alloc(4) });
    await socket.until(() => socket.texts[0], "the pong");
  });

  it("a frame that comes byte by byte is a frame", async () => {
    const socket = await open();
    socket.tcp.setNoDelay(true);
    for (const byte of frameOf(1, PING)) {
      await new Promise<void>((resolve) => socket.tcp.write(Buffer.from([byte]), () => resolve()));
    }
    await socket.until(() => socket.texts[0], "the pong");
  });

  it("a frame masked with another mask than it says is noise, and is told so", async () => {
    const socket = await open();
    const frame = frameOf(1, '{"type":"ping"}', { mask: Buffer.from([0, 0, 0, 0]) });
    frame[2] = 0x01;
    socket.write(frame);
    await socket.until(() => socket.texts[0], "the error");
    expect(socket.texts[0]).toMatchObject({ type: "error", payload: { code: "malformed" } });
  });

  it("half a frame and then nothing holds up nobody else", async () => {
    const half = await open();
    half.write(frameOf(1, PING).subarray(0, 7));
    const other = await open();
    other.sendText(PING);
    await other.until(() => other.texts[0], "the pong");
    half.destroy();
  });

  it("a ping is answered with what it carried", async () => {
    const socket = await open();
    const payload = Buffer.alloc(125, 0xff);
    socket.send(9, payload);
    const pong = await socket.until(() => socket.frames.find(({ opcode }) => opcode === 10), "the pong");
    expect(pong.payload).toEqual(payload);
  });
});

describe("what the server writes past ws, parsed to the letter", () => {
  it("joined pages and broadcasts of every length, many in one write", async () => {
    const ada = await person("Ada");
    const { id } = await room(ada, "Raw");
    const socket = await RawSocket.open(url(), { Authorization: `Bearer ${ada.token}` });
    opened.push(socket);
    socket.sendText(JSON.stringify({ type: "join", payload: { roomId: id } }));
    await socket.until(() => socket.texts.find(({ type }) => type === "joined"), "joined");

    const lengths = [1, 2, 100, 125, 126, 127, 1_000, 3_999, 4_000];
    const speaker = await connect(ada);
    await speaker.join(id);
    const said = lengths.flatMap((length) => ["m".repeat(length), "😀".repeat(Math.ceil(length / 2))]);
    for (const message of said) speaker.send({ type: "chat", payload: { roomId: id, message } });
    const chats = () => socket.texts.filter(({ type }) => type === "chat");
    await socket.until(() => (chats().length === said.length ? true : undefined), "every message");
    expect(chats().map(({ payload }) => payload.message)).toEqual(said);

    const latecomer = await RawSocket.open(url(), { Authorization: `Bearer ${ada.token}` });
    opened.push(latecomer);
    latecomer.sendText(JSON.stringify({ type: "join", payload: { roomId: id } }));
    const joined = await latecomer.until(() => latecomer.texts.find(({ type }) => type === "joined"), "joined");
    expect((joined.payload.messages as unknown[]).length).toBe(said.length);
  });
});

async function open(): Promise<RawSocket> {
  const socket = await shakeHands({});
  expect(socket.status).toBe(101);
  return socket;
}

async function shakeHands(headers: Record<string, string>, early?: Buffer): Promise<RawSocket> {
  token ??= (await person("Raw")).token;
  const socket = await RawSocket.open(url(), { Authorization: `Bearer ${token}`, ...headers }, early);
  opened.push(socket);
  return socket;
}

function closing(code: number, reason = ""): Buffer {
  const payload = Buffer.alloc(2 + Buffer.byteLength(reason));
  payload.writeUInt16BE(code);
  payload.write(reason, 2);
  return payload;
}
