import { closeSync, fstatSync, fsyncSync, openSync } from "node:fs";
import { applyEdits, NOTHING_FOUND, type Plan } from "./edits";
import { flacMetadata } from "./flac";
import { matroskaMetadata } from "./matroska";
import { mp3Metadata } from "./mp3";
import { mp4Metadata } from "./mp4";
import { oggMetadata } from "./ogg";
import { pdfMetadata } from "./pdf";
import { fileSource, type Source } from "./source";
import { wavMetadata } from "./wav";

/** `isChanged`: the file has other bytes now. `keepsMetadata`: it may still say where, when, by whom or with what it was made. */
export type Stripped = { isChanged: boolean; keepsMetadata: boolean };

const BEGINNING_BYTES = 1024;
const MP4_BEGINNINGS = new Set(["ftyp", "moov", "mdat", "wide", "free", "skip"]);

const EBML = "\x1a\x45\xdf\xa3";

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
  if (signature(0, 4) === EBML) return matroskaMetadata(source);
  if (signature(0, 4) === "OggS") return oggMetadata(source);
  if (signature(0, 4) === "fLaC") return flacMetadata(source, 0);
  if (signature(0, 4) === "RIFF" && signature(8, 12) === "WAVE") return wavMetadata(source);
  if (signature(0, 5) === "%PDF-") return pdfMetadata(source);
  if (signature(0, 3) === "ID3" || (head[0] === 0xff && (head[1] ?? 0) >= 0xe0)) return mp3Metadata(source);
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
