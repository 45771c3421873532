import { type Edit, NOTHING_FOUND, type Plan, zeros } from "./edits";
import { type Element, ElementReader } from "./matroska-elements";
import type { Source } from "./source";

const SEGMENT = 0x18538067;
const INFO = 0x1549a966;
const TRACKS = 0x1654ae6b;
const TRACK_ENTRY = 0xae;
const TRACK_NAME = 0x536e;
const CLUSTER = 0x1f43b675;
const VOID = 0xec;
const CHECKSUM = 0xbf;
/** What a player needs beside them: where things are, the index, chapters. `Tags` and `Attachments` are not of it. */
const KEPT = new Set([INFO, TRACKS, CLUSTER, 0x114d9b74, 0x1c53bb6b, 0x1043a770]);
/** The unit of time, and the duration. Title, date, names of files and ids are not of it. */
const KEPT_OF_INFO = new Set([0x2ad7b1, 0x4489]);
/** The programs that made the file: they must be there, and may be empty. */
const EMPTIED_OF_INFO = new Set([0x4d80, 0x5741]);

/** WebM and Matroska: tags, attachments, titles, dates and programs become void elements of the same size. */
export function matroskaMetadata(source: Source): Plan {
  const reader = new ElementReader(source, { spanned: SEGMENT, counted: CLUSTER });
  const segments = reader.in(0, source.size).filter(({ id }) => id === SEGMENT);
  if (segments.length === 0) return NOTHING_FOUND;
  const edits = segments
    .flatMap((segment) => reader.within(segment))
    .flatMap((element) => {
      if (element.id === INFO) return reader.within(element).flatMap(cleanedOfInfo);
      if (element.id === TRACKS) return cleanedTracks(reader, element);
      return KEPT.has(element.id) ? [] : voided(element);
    });
  return { edits, isComplete: reader.isComplete };
}

function cleanedOfInfo(element: Element): Edit[] {
  if (EMPTIED_OF_INFO.has(element.id)) return [zeros(element.content, element.end)];
  return KEPT_OF_INFO.has(element.id) ? [] : voided(element);
}

/** Of checksums, which would be wrong now, there is one for the list and one for each track. */
function cleanedTracks(reader: ElementReader, tracks: Element): Edit[] {
  const list = reader.within(tracks);
  const parts = list.filter(({ id }) => id === TRACK_ENTRY).flatMap((track) => reader.within(track));
  return [...list, ...parts].filter(({ id }) => id === CHECKSUM || id === TRACK_NAME).flatMap(voided);
}

/** Its size takes as many bytes as its id and size did, up to eight; what is left is content. */
function voided({ start, content, end }: Element): Edit[] {
  const sizeBytes = Math.min(8, content - start - 1);
  const header = Buffer.alloc(1 + sizeBytes);
  header.writeUInt8(VOID, 0);
  let rest = end - start - header.length;
  for (let at = sizeBytes; at > 0; at--) {
    header.writeUInt8(rest % 256, at);
    rest = Math.floor(rest / 256);
  }
  header.writeUInt8((header[1] ?? 0) | (0x80 >> (sizeBytes - 1)), 1);
  return [{ start, bytes: header }, zeros(start + header.length, end)];
}
