import type { Source } from "./source";

/** A page (RFC 3533): its content is as many bytes as its lacings say together. */
export type Page = {
  start: number;
  content: number;
  end: number;
  stream: number;
  isFirst: boolean;
  lacings: number[];
};

const HEADER_BYTES = 27;
const LACINGS_MAX = 255;
const FIRST = 2;
const CHECKSUM_OFFSET = 22;
const POLYNOMIAL = 0x04c11db7;

const TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let sum = index << 24;
  for (let bit = 0; bit < 8; bit++) sum = sum & 0x80000000 ? (sum << 1) ^ POLYNOMIAL : sum << 1;
  return sum >>> 0;
});

/** @returns null for what is no page. The last one of a file may end after it. */
export function readPage(source: Source, start: number): Page | null {
  const header = source.read(start, HEADER_BYTES + LACINGS_MAX);
  if (header.length < HEADER_BYTES || header.toString("latin1", 0, 4) !== "OggS") return null;
  const content = HEADER_BYTES + (header[26] ?? 0);
  if (header.length < content) return null;
  const lacings = [...header.subarray(HEADER_BYTES, content)];
  const bytes = lacings.reduce((sum, lacing) => sum + lacing, 0);
  return {
    start,
    content: start + content,
    end: start + content + bytes,
    stream: header.readUInt32LE(14),
    isFirst: ((header[5] ?? 0) & FIRST) !== 0,
    lacings,
  };
}

/** The page with the checksum of what it holds now. */
export function checksummed(page: Buffer): Buffer {
  const copy = Buffer.from(page);
  copy.writeUInt32LE(0, CHECKSUM_OFFSET);
  let sum = 0;
  for (const byte of copy) sum = ((sum << 8) ^ (TABLE[(sum >>> 24) ^ byte] ?? 0)) >>> 0;
  copy.writeUInt32LE(sum, CHECKSUM_OFFSET);
  return copy;
}
