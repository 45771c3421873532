import { type Edit, NOTHING_FOUND, type Plan, text, zeros } from "./edits";
import { type Box, BoxReader } from "./mp4-boxes";
import { sampleRanges } from "./mp4-samples";
import type { Source } from "./source";

/**
 * What a player needs of the file, its movie, a track and its media. All else is what a camera, its owner or a program
 * added: `udta`, `meta`, `uuid`, a dashboard camera's `gps `. It becomes free space, so that no offset changes.
 */
const KEPT = {
  file: new Set(["ftyp", "styp", "pdin", "wide", "moov", "moof", "mdat", "imda", "mfra", "sidx", "ssix", "pssh"]),
  movie: new Set(["mvhd", "trak", "mvex", "iods", "pssh", "cmov", "prfl", "clip", "ctab"]),
  track: new Set(["tkhd", "tref", "trgr", "edts", "mdia", "load", "imap", "clip", "matt", "tapt", "txas"]),
  media: new Set(["mdhd", "hdlr", "minf", "elng"]),
};
const ADDED = new Set(["udta", "meta"]);
/** They begin with the moments at which they were made and changed: 4 or 8 bytes each, by the header's version. */
const HEADERS = new Set(["mvhd", "tkhd", "mdhd"]);
const MOMENTS_BYTES = [8, 16];
/** Version and flags. */
const FLAGS_BYTES = 4;
/** Tracks of nothing but such data: where a camera was, second by second. */
const METADATA_HANDLERS = new Set(["meta", "camm"]);
const MEDIA_HANDLERS = new Set(["vide", "soun"]);
/** Version, flags, and a field that QuickTime alone uses. */
const HANDLER_OFFSET = 8;

/** MP4, M4A and QuickTime: places, devices, titles and times, and the samples of tracks of metadata. */
export function mp4Metadata(source: Source): Plan {
  const reader = new BoxReader(source);
  const file = reader.in(0, source.size);
  const movies = file.filter(({ type }) => type === "moov");
  const parts = movies.map((movie) => reader.within(movie));
  const tracks = parts.flat().filter(({ type }) => type === "trak");
  const handlers = new Map(tracks.map((track) => [track, handlerOf(reader, track)]));
  // A picture in the same container keeps its pixels' places in `meta`.
  if (![...handlers.values()].some((handler) => MEDIA_HANDLERS.has(handler))) return NOTHING_FOUND;

  const inMedia = file.filter(({ type }) => type === "mdat");
  const fragments = file.filter(({ type }) => type === "moof");
  const ofMetadata = tracks.filter((track) => METADATA_HANDLERS.has(handlers.get(track) ?? ""));
  const samples = ofMetadata.map((track) => sampleRanges(reader, track, inMedia));
  // The samples of fragments are listed elsewhere, and a compressed movie cannot be read.
  const isComplete =
    samples.every((ranges) => ranges !== null && fragments.length === 0) &&
    !parts.flat().some(({ type }) => type === "cmov");

  const inTracks = tracks.map((track) => reader.within(track));
  const inTracksMedia = inTracks.flat().filter(({ type }) => type === "mdia");
  const edits = [
    samples.flatMap((ranges) => ranges ?? []).map(({ start, end }) => zeros(start, end)),
    ofMetadata.flatMap(freed),
    cleaned(source, file, KEPT.file),
    parts.flatMap((boxes) => cleaned(source, boxes, KEPT.movie)),
    inTracks.flatMap((boxes) => cleaned(source, boxes, KEPT.track)),
    inTracksMedia.flatMap((media) => cleaned(source, reader.within(media), KEPT.media)),
    fragments.flatMap((fragment) => addedTo(reader, fragment)),
  ].flat();
  return { edits, isComplete: isComplete && reader.isComplete };
}

function cleaned(source: Source, boxes: readonly Box[], kept: ReadonlySet<string>): Edit[] {
  return boxes.flatMap((box) => {
    if (!kept.has(box.type)) return freed(box);
    return HEADERS.has(box.type) ? momentsOf(source, box) : [];
  });
}

/** Fragments hold what encryption needs in boxes of any name: these two are not it. */
function addedTo(reader: BoxReader, fragment: Box): Edit[] {
  const parts = reader.within(fragment);
  const boxes = [...parts, ...parts.filter(({ type }) => type === "traf").flatMap((part) => reader.within(part))];
  return boxes.filter(({ type }) => ADDED.has(type)).flatMap(freed);
}

function freed({ start, content, end }: Box): Edit[] {
  return [text(start + 4, "free"), zeros(content, end)];
}

function momentsOf(source: Source, { content, end }: Box): Edit[] {
  const [version = 0] = source.read(content, 1);
  const start = content + FLAGS_BYTES;
  const length = MOMENTS_BYTES[version];
  return length && start + length <= end ? [zeros(start, start + length)] : [];
}

function handlerOf(reader: BoxReader, track: Box): string {
  const media = reader.within(track).find(({ type }) => type === "mdia");
  const handler = media && reader.within(media).find(({ type }) => type === "hdlr");
  return handler ? reader.source.read(handler.content + HANDLER_OFFSET, 4).toString("latin1") : "";
}
