import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { CLIENT_FRAME_TYPES } from "@/protocol/client-frames";
import { log } from "@/server/log";
import { shared } from "@/server/shared";
import { frameOf, RawSocket } from "../support/raw-socket";
import { useTestRealtime } from "../support/realtime";

const FAST = { burst: 1_000_000, perSecond: 1_000_000 };
/** To see a failure again: FUZZ_SEED=… with the seed that its name says. */
const SEED = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31);
const TEXTS = 8_000;
const BYTES = 2_000;
const SOCKETS = 8;
const GROWTH_MAX_BYTES = 16 * 1024 * 1024;

const { person, connect, room, url } = useTestRealtime({
  chatRatePerUser: FAST,
  frameRatePerSocket: FAST,
  socketsPerUser: 10_000,
  upgradesPerAddressPerMinute: 1_000_000,
});

let token: string;
let roomId: string;

beforeAll(async () => {
  const ada = await person("Ada");
  token = ada.token;
  roomId = (await room(ada, "Fuzz")).id;
});

afterEach(() => vi.restoreAllMocks());

const ref = fc.oneof(
  fc.constantFrom("fuzz", "", "no-such-room", "\0", "a".repeat(200)),
  fc.string({ unit: "binary" }),
  fc.uuid(),
);
const odd = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constantFrom(null, -1, 1e308, 2 ** 53, [], {}, "", "__proto__"));
const payload = fc.record(
  {
    roomId: fc.oneof({ weight: 3, arbitrary: ref }, odd),
    message: fc.oneof({ weight: 3, arbitrary: fc.string({ unit: "binary", maxLength: 300 }) }, odd),
    clientId: fc.oneof(fc.stringMatching(/^[\w-]{1,8}$/), odd),
    since: fc.oneof(fc.nat(), fc.double(), odd),
    files: fc.oneof(fc.array(fc.oneof(fc.uuid(), ref, odd), { maxLength: 12 }), odd),
    previews: odd,
  },
  { requiredKeys: [] },
);
const type = fc.oneof(fc.constantFrom(...CLIENT_FRAME_TYPES), fc.string());
const text = fc.oneof(
  { weight: 4, arbitrary: fc.record({ type, payload }).map((frame) => JSON.stringify(frame)) },
  fc.record({ type, payload: odd }).map((frame) => JSON.stringify(frame)),
  fc.json({ maxDepth: 12 }),
  fc.string({ unit: "binary", maxLength: 500 }),
  fc.tuple(fc.json(), fc.nat(40)).map(([json, end]) => json.slice(0, end)),
);

const opcode = fc.constantFrom(0, 1, 1, 1, 2, 8, 9, 10, 3, 11);
const body = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  fc.string({ unit: "binary", maxLength: 100 }).map((each) => Buffer.from(each)),
);
const bytes = fc.oneof(
  fc.uint8Array({ minLength: 1, maxLength: 300 }),
  fc
    .tuple(opcode, body, fc.boolean(), fc.nat(7))
    .map(([code, data, fin, rsv]) => frameOf(code, Buffer.from(data), { fin, rsv })),
  // Wrong masks, and none.
  fc.tuple(opcode, body).map(([code, data]) => frameOf(code, Buffer.from(data), { mask: null })),
  fc.tuple(text, fc.nat(255)).map(([said, flip]) => {
    const frame = frameOf(1, said);
    if (frame.length > 6) frame[2] = (frame[2] ?? 0) ^ flip;
    return frame;
  }),
  // Half frames, and lengths that are not so.
  fc.tuple(text, fc.nat(100)).map(([said, end]) => frameOf(1, said).subarray(0, end)),
  fc
    .tuple(text, fc.constantFrom<0 | 2 | 8>(2, 8), fc.nat(70_000))
    .map(([said, lengthBytes, claims]) =>
      frameOf(1, said, { lengthBytes, claims: lengthBytes === 2 ? claims % 65_536 : claims }),
    ),
);

describe(`ten thousand inputs that nobody would send (seed ${SEED})`, () => {
  it("break nothing: no fault of the server's, every socket answered or closed, nothing kept", async () => {
    const errors = vi.spyOn(log, "error");
    const texts = fc.sample(text, { seed: SEED, numRuns: TEXTS });
    const blobs = fc.sample(bytes, { seed: SEED, numRuns: BYTES });
    await round(texts.slice(0, TEXTS / 4), blobs.slice(0, BYTES / 4));
    const before = await quiet();
    await round(texts.slice(TEXTS / 4), blobs.slice(BYTES / 4));
    const after = await quiet();

    expect(errors.mock.calls).toEqual([]);
    expect(after.sockets).toBe(before.sockets);
    expect(after.heapBytes - before.heapBytes).toBeLessThan(GROWTH_MAX_BYTES);
  }, 60_000);
});

/** Feeds all of it to the server, over several sockets at once, and sees that it still does what it should. */
async function round(texts: string[], blobs: Uint8Array[]): Promise<void> {
  const queue: ((socket: RawSocket) => void)[] = [
    ...texts.map((said) => (socket: RawSocket) => socket.sendText(said)),
    ...blobs.map((blob) => (socket: RawSocket) => socket.write(Buffer.from(blob))),
  ];
  await Promise.all(Array.from({ length: SOCKETS }, () => feed(queue)));

  const socket = await connect({ token });
  await socket.join(roomId);
  const said = await socket.say("still here");
  const { rows } = await shared().pool.query(`SELECT seq FROM "Message" WHERE "roomId" = $1 ORDER BY seq`, [roomId]);
  expect(rows.map(({ seq }) => seq)).toEqual(Array.from({ length: said.seq }, (_, n) => n + 1));
  const closed = socket.untilClosed();
  socket.socket.close();
  await closed;
}

/** Takes turns until nothing is left; a socket that was closed is opened anew. */
async function feed(queue: ((socket: RawSocket) => void)[]): Promise<void> {
  while (queue.length > 0) {
    const socket = await RawSocket.open(url(), { Authorization: `Bearer ${token}` });
    expect(socket.status).toBe(101);
    for (let sent = 1; queue.length > 0 && !isClosing(socket); sent++) {
      queue.shift()?.(socket);
      if (sent % 20 === 0) await turn();
    }
    await settle(socket);
    for (const { payload } of socket.texts) expect(payload?.code).not.toBe("internal");
  }
}

/** Ends the conversation: the server answers the close, has closed already, or waits for the rest of half a frame. */
async function settle(socket: RawSocket): Promise<void> {
  if (!isClosing(socket)) {
    socket.sendText('{"type":"ping"}');
    await turn();
  }
  socket.tcp.end();
  await socket.untilEnded();
  if (socket.violation) throw socket.violation;
}

function isClosing(socket: RawSocket): boolean {
  return socket.isEnded || socket.frames.some((frame) => frame.opcode === 8);
}

/** Lets the server read what it was sent. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** What is still held when everybody has gone. */
async function quiet(): Promise<{ sockets: number; heapBytes: number }> {
  const isSocket = (name: string) => name === "TCPSocketWrap";
  const countSockets = () => process.getActiveResourcesInfo().filter(isSocket).length - shared().pool.totalCount;
  let sockets = countSockets();
  for (let calm = 0; calm < 20; calm++) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    const now = countSockets();
    if (now !== sockets) calm = 0;
    sockets = now;
  }
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
  return { sockets, heapBytes: process.memoryUsage().heapUsed };
}
