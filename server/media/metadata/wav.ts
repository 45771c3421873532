import { type Edit, type Plan, text, zeros } from "./edits";
import type { Source } from "./source";

const FILE_HEADER_BYTES = 12;
const HEADER_BYTES = 8;
const CHUNKS_MAX = 100_000;
/** What the sound is, and loops and marks within it. */
const KEPT = new Set(["fmt ", "data", "fact", "cue ", "plst", "smpl", "inst", "wavl", "slnt"]);
const EMPTY = "JUNK";
/** Of a stream. */
const UNKNOWN_SIZE = 0xffffffff;

/** WAV: all chunks but the sound's own become junk: `LIST`, `bext`, `iXML`, `id3 ` and what nobody knows. */
export function wavMetadata(source: Source): Plan {
  const edits: Edit[] = [];
  let start = FILE_HEADER_BYTES;
  for (let count = 0; start + HEADER_BYTES <= source.size; count++) {
    const header = Buffer.from(source.read(start, HEADER_BYTES + 4));
    const type = header.toString("latin1", 0, 4);
    const size = header.readUInt32LE(4);
    if (count === CHUNKS_MAX || !/^[\x20-\x7e]{4}$/.test(type)) return { edits, isComplete: false };
    const content = start + HEADER_BYTES;
    const end = size === UNKNOWN_SIZE && type === "data" ? source.size : Math.min(content + size, source.size);
    const isSound = KEPT.has(type) || (type === "LIST" && header.toString("latin1", HEADER_BYTES) === "wavl");
    if (!isSound) edits.push(text(start, EMPTY), zeros(content, end));
    // Chunks begin at even places.
    start = end + (end % 2);
  }
  if (start < source.size) edits.push(zeros(start, source.size));
  return { edits, isComplete: true };
}
