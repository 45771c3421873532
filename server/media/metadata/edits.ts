import { writeSync } from "node:fs";
import { readFully } from "./source";

/** A change of a file that keeps its length: these bytes at `start`, or one byte from `start` until `end`. */
export type Edit = { start: number; bytes: Uint8Array } | { start: number; end: number; fill: number };

/** How a file's metadata can be removed. `isComplete` is false when the file may keep some all the same. */
export type Plan = { edits: Edit[]; isComplete: boolean };

export const NOTHING_FOUND: Plan = { edits: [], isComplete: false };

export const zeros = (start: number, end: number): Edit => ({ start, end, fill: 0 });
export const text = (start: number, letters: string): Edit => ({ start, bytes: Buffer.from(letters, "latin1") });

const CHUNK_BYTES = 1024 * 1024;

/** Writes what differs, in order: after each edit the file is one that a player takes. @returns whether anything did. */
export function applyEdits(fd: number, edits: readonly Edit[]): boolean {
  let isChanged = false;
  for (const edit of edits) {
    for (const { start, bytes } of chunksOf(edit)) {
      const present = readFully(fd, Buffer.alloc(bytes.length), start);
      const wanted = bytes.subarray(0, present.length);
      if (present.equals(wanted)) continue;
      writeFully(fd, wanted, start);
      isChanged = true;
    }
  }
  return isChanged;
}

/** The same on bytes in memory. */
export function edited(bytes: Buffer, edits: readonly Edit[]): Buffer {
  const copy = Buffer.from(bytes);
  for (const edit of edits) {
    if ("fill" in edit) copy.fill(edit.fill, edit.start, Math.min(edit.end, copy.length));
    else copy.set(edit.bytes.subarray(0, Math.max(0, copy.length - edit.start)), Math.min(edit.start, copy.length));
  }
  return copy;
}

function* chunksOf(edit: Edit): Generator<{ start: number; bytes: Uint8Array }> {
  if (!("fill" in edit)) return yield edit;
  const { end, fill } = edit;
  for (let { start } = edit; start < end; start += CHUNK_BYTES) {
    yield { start, bytes: new Uint8Array(Math.min(CHUNK_BYTES, end - start)).fill(fill) };
  }
}

function writeFully(fd: number, bytes: Uint8Array, start: number): void {
  for (let written = 0; written < bytes.length; ) {
    written += writeSync(fd, bytes, written, bytes.length - written, start + written);
  }
}
