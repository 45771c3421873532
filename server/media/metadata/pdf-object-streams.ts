import { constants, deflateSync, inflateSync } from "node:zlib";
import type { Edit } from "./edits";
import { isDeflated } from "./pdf-filters";
import { dictionaryAt, limitOf, type PdfObjects, type PdfStream, streamAt } from "./pdf-objects";

const INFLATED_MAX_BYTES = 16 * 1024 * 1024;
/** Of a whole document. */
const INFLATED_SUM_MAX_BYTES = 64 * 1024 * 1024;
const OBJECT_STREAM = /\/Type\s{0,4}\/ObjStm\b/;

/** A compressed stream with objects in it: its content, and where in that each object is. */
export type ObjectStream = { stream: PdfStream; content: Buffer; places: Map<number, number> };

/** `isComplete` is false when there are others, which cannot be read. */
export function readObjectStreams(
  bytes: Buffer,
  objects: PdfObjects,
): { streams: ObjectStream[]; isComplete: boolean } {
  const streams: ObjectStream[] = [];
  let isComplete = true;
  let left = bytes.includes("/ObjStm") ? INFLATED_SUM_MAX_BYTES : 0;
  for (const at of left > 0 ? objects.starts : []) {
    const range = dictionaryAt(bytes, at, limitOf(objects, at, bytes.length));
    if (!range || !OBJECT_STREAM.test(bytes.toString("latin1", range.start, range.end))) continue;
    const stream = streamAt(bytes, objects, at);
    const content = stream && left > 0 ? inflated(bytes, stream) : null;
    left -= content?.length ?? 0;
    if (stream && content) streams.push({ stream, content, places: placesIn(content, stream) });
    else isComplete = false;
  }
  return { streams, isComplete };
}

/**
 * Compresses the changed content again. Since it says less it is shorter, and what follows its end is ignored.
 * @returns null when it is longer all the same.
 */
export function packedAgain({ stream: { start, end }, content }: ObjectStream): Edit | null {
  const bytes = deflateSync(content, { level: constants.Z_BEST_COMPRESSION });
  if (bytes.length > end - start) return null;
  return { start, bytes: Buffer.concat([bytes, Buffer.alloc(end - start - bytes.length)]) };
}

/** The content begins with pairs of numbers and places. */
function placesIn(content: Buffer, { dictionary }: PdfStream): Map<number, number> {
  const first = Number(/\/First\s{0,4}(\d{1,10})/.exec(dictionary)?.[1]);
  const table = content.toString("latin1", 0, first).trim().split(/\s+/).map(Number);
  const places = new Map<number, number>();
  for (let index = 0; index + 1 < table.length; index += 2) {
    places.set(table[index] ?? 0, first + (table[index + 1] ?? 0));
  }
  return places;
}

/** @returns null for what is broken, or too much. */
function inflated(bytes: Buffer, { start, end, dictionary }: PdfStream): Buffer | null {
  if (!isDeflated(dictionary)) return null;
  try {
    return inflateSync(bytes.subarray(start, end), { maxOutputLength: INFLATED_MAX_BYTES });
  } catch {
    return null;
  }
}
