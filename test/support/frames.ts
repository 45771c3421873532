import type { ServerFrame } from "@/protocol/frames";

/** The text frames in these bytes. */
export function decodeFrames(bytes: Buffer): ServerFrame[] {
  const frames: ServerFrame[] = [];
  for (let at = 0; at < bytes.length; ) {
    const short = bytes[at + 1] ?? 0;
    const start = at + (short < 126 ? 2 : short === 126 ? 4 : 10);
    const length =
      short < 126 ? short : short === 126 ? bytes.readUInt16BE(at + 2) : Number(bytes.readBigUInt64BE(at + 2));
    frames.push(JSON.parse(bytes.toString("utf8", start, start + length)) as ServerFrame);
    at = start + length;
  }
  return frames;
}
