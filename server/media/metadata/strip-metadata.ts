import { closeSync, fstatSync, fsyncSync, openSync } from "node:fs";
import { applyEdits, NOTHING_FOUND, type Plan } from "./edits";
import { mp4Metadata } from "./mp4";
import { fileSource, type Source } from "./source";

/** `isChanged`: the file has other bytes now. `keepsMetadata`: it may still say where, when, by whom or with what it was made. */
export type Stripped = { isChanged: boolean; keepsMetadata: boolean };

const BEGINNING_BYTES = 1024;
const MP4_BEGINNINGS = new Set(["ftyp", "moov", "mdat", "wide", "free", "skip"]);

/**
 * Blanks the metadata of sound, films and documents in place: the length and every offset stay. What cannot be parsed is
 * left as it is. Doing it again, after a crash, changes nothing more.
 * @throws Error when the file cannot be read or written.
 */
export function stripMetadata({ path }: { path: string }): Stripped {
  const fd = openSync(path, "r+");
  try {
    const { edits, isComplete } = safely(() => planFor(fileSource(fd, fstatSync(fd).size)));
    const isChanged = applyEdits(fd, edits);
    if (isChanged) fsyncSync(fd);
    return { isChanged, keepsMetadata: !isComplete };
  } finally {
    closeSync(fd);
  }
}

/** Which bytes of a file to change. */
export function planFor(source: Source): Plan {
  const head = Buffer.from(source.read(0, BEGINNING_BYTES));
  const signature = (start: number, end: number) => head.toString("latin1", start, end);
  if (MP4_BEGINNINGS.has(signature(4, 8))) return mp4Metadata(source);
  return NOTHING_FOUND;
}

/** Bytes that a format does not foresee keep their metadata; a disk that fails does not look like that. */
function safely(plan: () => Plan): Plan {
  try {
    return plan();
  } catch (error) {
    if (error instanceof RangeError || error instanceof TypeError) return NOTHING_FOUND;
    throw error;
  }
}
