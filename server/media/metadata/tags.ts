import { type Edit, text, zeros } from "./edits";
import type { Source } from "./source";

/** Tags that stand before or after the sound of any format: where the sound begins or ends, and how to empty them. */
type Tags = { edits: Edit[]; edge: number; isComplete: boolean };

const TAGS_MAX = 16;
const ID3_HEADER_BYTES = 10;
const ID3_FOOTER_FLAG = 0x10;
const ID3V1_BYTES = 128;
const ID3V1_EXTENDED_BYTES = 227;
const NO_GENRE = 0xff;
const APE_FOOTER_BYTES = 32;
const APE_HEADER_FLAG = 0x80000000;
const ID3 = "ID3";
const APE = "APETAGEX";
const LYRICS = "LYRICSBEGIN";
const LYRICS_END = "LYRICS200";
const LYRICS_SIZE_DIGITS = 6;

/** ID3v2 before the sound: of each tag the header stays, and padding follows it. */
export function leadingTags(source: Source): Tags {
  const edits: Edit[] = [];
  let edge = 0;
  for (let count = 0; count < TAGS_MAX; count++) {
    const header = Buffer.from(source.read(edge, ID3_HEADER_BYTES));
    if (header.toString("latin1", 0, 3) !== ID3) return { edits, edge, isComplete: true };
    const size = header.length === ID3_HEADER_BYTES ? syncSafe(header) : null;
    if (size === null) break;
    const footer = (header[5] ?? 0) & ID3_FOOTER_FLAG ? ID3_HEADER_BYTES : 0;
    const end = edge + ID3_HEADER_BYTES + size + footer;
    if (end > source.size) break;
    edits.push({ start: edge + 5, bytes: Buffer.from([0, ...syncSafeBytes(size + footer)]) });
    edits.push(zeros(edge + ID3_HEADER_BYTES, end));
    edge = end;
  }
  return { edits, edge, isComplete: false };
}

/** ID3v1, APEv2, Lyrics3 and ID3v2 after the sound, in any order. The first of them is emptied first. */
export function trailingTags(source: Source, from: number): Tags {
  const edits: Edit[] = [];
  let edge = source.size;
  for (let count = 0; count < TAGS_MAX; count++) {
    const tag = lastTag(source, edge);
    if (!tag) return { edits, edge, isComplete: true };
    if (tag.start < from) break;
    edits.unshift(...tag.edits);
    edge = tag.start;
  }
  return { edits, edge, isComplete: false };
}

/** It ends here, and does not begin where it says. */
const NO_TAG = { start: -1, edits: [] };

function lastTag(source: Source, end: number): { start: number; edits: Edit[] } | null {
  const tail = Buffer.from(source.read(Math.max(0, end - ID3V1_BYTES), Math.min(end, ID3V1_BYTES)));
  const says = (letters: string, fromEnd: number) =>
    tail.length >= fromEnd && tail.toString("latin1", tail.length - fromEnd).startsWith(letters);
  /** What a tag says of its length, its beginning must confirm: the sound may stand there. */
  const emptied = (start: number, beginning: string) =>
    start >= 0 && source.read(start, beginning.length).toString("latin1") === beginning
      ? { start, edits: [zeros(start, end)] }
      : NO_TAG;

  if (says("TAG", ID3V1_BYTES)) {
    const start = end - ID3V1_BYTES;
    const edits = [zeros(start + 3, end - 1), text(end - 1, String.fromCharCode(NO_GENRE))];
    const extended = start - ID3V1_EXTENDED_BYTES;
    if (extended < 0 || source.read(extended, 4).toString("latin1") !== "TAG+") return { start, edits };
    return { start: extended, edits: [zeros(extended, start), ...edits] };
  }
  if (says(APE, APE_FOOTER_BYTES)) {
    const footer = tail.subarray(-APE_FOOTER_BYTES);
    const header = footer.readUInt32LE(20) & APE_HEADER_FLAG ? APE_FOOTER_BYTES : 0;
    const start = end - Math.max(footer.readUInt32LE(12), APE_FOOTER_BYTES) - header;
    return emptied(start, header > 0 ? APE : "");
  }
  if (says(LYRICS_END, LYRICS_END.length)) {
    const bytes = LYRICS_END.length + LYRICS_SIZE_DIGITS;
    const size = Number(tail.toString("latin1", tail.length - bytes, tail.length - LYRICS_END.length));
    return Number.isSafeInteger(size) && size >= 0 ? emptied(end - bytes - size, LYRICS) : NO_TAG;
  }
  if (says("3DI", ID3_HEADER_BYTES)) {
    const size = syncSafe(tail.subarray(-ID3_HEADER_BYTES));
    return size === null ? NO_TAG : emptied(end - 2 * ID3_HEADER_BYTES - size, ID3);
  }
  return null;
}

/** Seven bits a byte. @returns null for what no tag says. */
function syncSafe(header: Buffer): number | null {
  const bytes = [...header.subarray(6, 10)];
  return bytes.some((byte) => byte > 0x7f) ? null : bytes.reduce((size, byte) => size * 128 + byte, 0);
}

function syncSafeBytes(size: number): number[] {
  return [21, 14, 7, 0].map((shift) => (size >> shift) & 0x7f);
}
