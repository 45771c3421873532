import { setImmediate as nextTurn } from "node:timers/promises";
import { crc32 } from "node:zlib";

/** A frame of a PNG that moves: a PNG of its own, where it goes on the canvas, and what becomes of it afterwards. */
export type PngFrame = {
  png: Buffer;
  x: number;
  y: number;
  width: number;
  height: number;
  delayMs: number;
  dispose: "none" | "background" | "previous";
  blend: "source" | "over";
};

export type MovingPng = { width: number; height: number; loop: number; frames: PngFrame[] };

const SIGNATURE = Buffer.from("89504e470d0a1a0a", "hex");
const HEADER_BYTES = 13;
const CONTROL_BYTES = 26;
/** What each frame needs of what stands before the first: the palette and what is transparent. */
const FOR_ALL = new Set(["PLTE", "tRNS", "gAMA", "sRGB"]);
/** A palette of 256 colours. It is repeated before each frame: without a bound a small file would become a large one. */
const FOR_ALL_MAX_BYTES = 768;
/** Many times what an encoder makes of a file that is taken: eight kilobytes each are usual. */
const CHUNKS_MAX = 20_000;
/** Looked at, or copied, in one turn of the event loop, about: everybody's messages wait meanwhile. */
const TURN_BYTES = 1024 * 1024;
const DISPOSE = ["none", "background", "previous"] as const;
const BLEND = ["source", "over"] as const;

type Chunk = { type: string; data: Buffer };
type Draft = Omit<PngFrame, "png"> & { data: Buffer[] };

/**
 * Takes a PNG that moves apart, without decoding a pixel.
 * @param framesMax it may have no more.
 * @throws Error for whatever is not as its specification says: then it is broken, or made to be.
 */
export async function splitPng(bytes: Buffer, framesMax: number): Promise<MovingPng> {
  const chunks = readChunks(bytes);
  const { value: head } = chunks.next();
  if (head?.type !== "IHDR" || head.data.length !== HEADER_BYTES) throw new Error("It has no header.");
  const [width, height] = [head.data.readUInt32BE(0), head.data.readUInt32BE(4)];
  const forAll = new Map<string, Buffer[]>();
  const drafts: Draft[] = [];
  let announced: { frames: number; loop: number } | undefined;
  let sequence = 0;
  let hasData = false;
  let turnBytes = 0;
  const takeTurns = async (length: number) => {
    turnBytes += length;
    if (turnBytes < TURN_BYTES) return;
    turnBytes = 0;
    await nextTurn();
  };
  const expectNumber = (data: Buffer) => {
    if (data.readUInt32BE(0) !== sequence++) throw new Error("Its frames are out of order.");
  };

  for (const { type, data } of chunks) {
    await takeTurns(data.length);
    if (type === "acTL" && !announced) announced = { frames: data.readUInt32BE(0), loop: data.readUInt32BE(4) };
    else if (FOR_ALL.has(type)) {
      if (hasData || forAll.has(type) || data.length > FOR_ALL_MAX_BYTES) throw new Error("Its palette is none.");
      forAll.set(type, makeChunk(type, [data]));
    } else if (type === "IDAT") {
      hasData = true;
      // Without a frame before it, it is what is shown where nothing moves, and no frame.
      drafts.at(-1)?.data.push(data);
    } else if (type === "fcTL") {
      expectNumber(data);
      drafts.push(readControl(data, { width, height }));
      if (drafts.length > framesMax) throw new Error("It has too many frames.");
    } else if (type === "fdAT") {
      expectNumber(data);
      if (!hasData || drafts.length === 0) throw new Error("A frame's data comes before it.");
      drafts.at(-1)?.data.push(data.subarray(4));
    }
  }
  if (!announced || announced.frames !== drafts.length || drafts.length === 0) throw new Error("Frames are missing.");

  const header = head.data;
  const frames: PngFrame[] = [];
  for (const { data, ...frame } of drafts) {
    const png = makePng(header, frame, forAll, data);
    frames.push({ ...frame, png });
    await takeTurns(png.length);
  }
  return { width, height, loop: Math.min(announced.loop, 65_535), frames };
}

/** Each chunk up to the last, none beyond the bytes there are, each with the sum that was made of it. */
function* readChunks(bytes: Buffer): Generator<Chunk> {
  if (!bytes.subarray(0, SIGNATURE.length).equals(SIGNATURE)) throw new Error("It is no PNG.");
  let at = SIGNATURE.length;
  for (let count = 0; count < CHUNKS_MAX; count++) {
    const length = bytes.readUInt32BE(at);
    const end = at + 8 + length;
    if (end + 4 > bytes.length) throw new Error("It is cut off.");
    const body = bytes.subarray(at + 4, end);
    if (crc32(body) !== bytes.readUInt32BE(end)) throw new Error("It was spoilt on the way.");
    const type = body.toString("latin1", 0, 4);
    if (type === "IEND") return;
    yield { type, data: body.subarray(4) };
    at = end + 4;
  }
  throw new Error("It is in too many parts.");
}

function readControl(data: Buffer, canvas: { width: number; height: number }): Draft {
  if (data.length !== CONTROL_BYTES) throw new Error("A frame is not described.");
  const [width, height, x, y] = [4, 8, 12, 16].map((at) => data.readUInt32BE(at)) as [number, number, number, number];
  if (width === 0 || height === 0 || x + width > canvas.width || y + height > canvas.height) {
    throw new Error("A frame lies outside.");
  }
  const dispose = DISPOSE[data.readUInt8(24)];
  const blend = BLEND[data.readUInt8(25)];
  if (!dispose || !blend) throw new Error("A frame is drawn in a way that there is not.");
  const delayMs = Math.round((data.readUInt16BE(20) * 1_000) / (data.readUInt16BE(22) || 100));
  return { width, height, x, y, delayMs, dispose, blend, data: [] };
}

function makePng(
  header: Buffer,
  size: { width: number; height: number },
  forAll: ReadonlyMap<string, Buffer[]>,
  data: Buffer[],
): Buffer {
  const own = Buffer.from(header);
  own.writeUInt32BE(size.width, 0);
  own.writeUInt32BE(size.height, 4);
  return Buffer.concat([
    SIGNATURE,
    ...makeChunk("IHDR", [own]),
    ...[...forAll.values()].flat(),
    ...makeChunk("IDAT", data),
    ...makeChunk("IEND", []),
  ]);
}

/** In pieces, so that what may be large is copied once. */
function makeChunk(type: string, data: Buffer[]): Buffer[] {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(
    data.reduce((sum, { length }) => sum + length, 0),
    0,
  );
  head.write(type, 4, "latin1");
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(
    data.reduce((crc, part) => crc32(part, crc), crc32(head.subarray(4))),
    0,
  );
  return [head, ...data, sum];
}
