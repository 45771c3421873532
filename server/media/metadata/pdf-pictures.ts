import { type Plan, zeros } from "./edits";

const STREAM = "stream";
const MARKER = 0xff;
const START_OF_SCAN = 0xda;
const SEGMENTS_MAX = 100_000;
/** Exif and XMP, and what editors of photos write. */
const METADATA = new Set([0xe1, 0xed]);

/** What cameras wrote into the JPEGs of a document, which are in it as they were. */
export function pdfPicturesPlan(bytes: Buffer): Plan {
  const edits: Plan["edits"] = [];
  for (let at = bytes.indexOf(STREAM); at !== -1; at = bytes.indexOf(STREAM, at)) {
    at += STREAM.length;
    while (bytes[at] === 13 || bytes[at] === 10) at++;
    if (bytes[at] !== MARKER || bytes[at + 1] !== 0xd8) continue;
    at += 2;
    for (let end = endOfSegment(bytes, at); end !== null; end = endOfSegment(bytes, at)) {
      if (edits.length === SEGMENTS_MAX) return { edits, isComplete: false };
      if (METADATA.has(bytes[at + 1] ?? 0)) edits.push(zeros(at + 4, end));
      at = end;
    }
  }
  return { edits, isComplete: true };
}

/** @returns null at the picture itself, and for what is no segment. */
function endOfSegment(bytes: Buffer, start: number): number | null {
  if (start + 4 > bytes.length || bytes[start] !== MARKER || bytes[start + 1] === START_OF_SCAN) return null;
  const end = start + 2 + bytes.readUInt16BE(start + 2);
  return end > bytes.length || end < start + 4 ? null : end;
}
