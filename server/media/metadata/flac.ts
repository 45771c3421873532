import { type Edit, NOTHING_FOUND, type Plan, zeros } from "./edits";
import type { Source } from "./source";
import { trailingTags } from "./tags";

const SIGNATURE_BYTES = 4;
const HEADER_BYTES = 4;
const BLOCKS_MAX = 10_000;
const LAST = 0x80;
/** What the sound is, and where one can skip to. Comments, pictures, cue sheets and what programs added are not of it. */
const KEPT_BLOCKS = new Set([0, 3]);

/** FLAC from a place on: blocks of metadata become padding. */
export function flacMetadata(source: Source, from: number): Plan {
  const edits: Edit[] = [];
  let start = from + SIGNATURE_BYTES;
  for (let count = 0; count < BLOCKS_MAX; count++) {
    const header = Buffer.from(source.read(start, HEADER_BYTES));
    if (header.length < HEADER_BYTES) return NOTHING_FOUND;
    const end = start + HEADER_BYTES + header.readUIntBE(1, 3);
    if (end > source.size) return NOTHING_FOUND;
    edits.push(...paddedBlock(header, start, end));
    start = end;
    if (!isLastBlock(header)) continue;
    const after = trailingTags(source, start);
    return { edits: [...edits, ...after.edits], isComplete: after.isComplete };
  }
  return NOTHING_FOUND;
}

export function isLastBlock([first = 0]: Buffer): boolean {
  return (first & LAST) !== 0;
}

/** Nothing for a block that is kept. */
export function paddedBlock([first = 0]: Buffer, start: number, end: number): Edit[] {
  if (KEPT_BLOCKS.has(first & ~LAST)) return [];
  return [{ start, bytes: Buffer.from([(first & LAST) | 1]) }, zeros(start + HEADER_BYTES, end)];
}
