import { type Box, boxesIn, boxesOf, readBox, readType } from "./film-boxes";

/**
 * A film says in its "movie" box where and with what it was taken (ISO/IEC 14496-12, QuickTime File Format): in boxes
 * of what a user or a camera added, which may stand beside it, too. Blanked in place they are empty space to a player, and
 * no offset of the film's own bytes changes. Tracks of nothing but such data are left to the server: their tables say
 * where among the film's own bytes their samples are.
 */
const ADDED = new Set(["udta", "meta", "uuid"]);
/** Where a dashboard camera says on which bytes of the file it was where. */
const GPS = "gps ";
/** They begin with the moments at which the film was made and changed. */
const HEADERS = new Set(["mvhd", "tkhd", "mdhd"]);
/** By a header's version, of both moments. */
const MOMENTS_BYTES = [8, 16];
/** Of version and flags. */
const MOMENTS_OFFSET = 4;
const CONTAINERS_OF_HANDLER = ["mdia", "hdlr"];
const SPACE = "free";

/** Of version, flags and a field without meaning, before the name of a handler. */
const HANDLER_OFFSET = 8;
/** A film of a day has an index of a few megabytes. What is larger is left as it is. */
const READ_MAX_BYTES = 64 * 1024 * 1024;

/**
 * A film in MP4 or QuickTime without what its camera and its owner wrote beside the film, of the same length; whatever
 * else it is given, as it is. Not looked for: what lies among the film's own bytes or in a track of subtitles, an index
 * (or a box of what was added) of more than 64 MB, and what follows a file's first thousand boxes.
 * @throws DOMException when the file cannot be read any more.
 */
export async function withoutPlace(file: Blob): Promise<Blob> {
  const boxes = (await boxesOf(file)).filter(({ start, end }) => end - start <= READ_MAX_BYTES);
  const movie = boxes.find(({ type }) => type === "moov");
  const index = movie && cleanMovie(await read(file, movie));
  if (!index) return file;

  const parts: BlobPart[] = [];
  let at = 0;
  for (const box of boxes) {
    if (box !== movie && !ADDED.has(box.type)) continue;
    parts.push(file.slice(at, box.start), box === movie ? index : spaceInPlaceOf(await read(file, box)));
    at = box.end;
  }
  return new Blob([...parts, file.slice(at)], { type: file.type });
}

type Bytes = Uint8Array<ArrayBuffer>;

async function read(file: Blob, { start, end }: Box): Promise<Bytes> {
  return new Uint8Array(await file.slice(start, end).arrayBuffer());
}

/** @returns null when nothing is seen in it. */
function cleanMovie(bytes: Bytes): Bytes | null {
  const view = new DataView(bytes.buffer);
  const movie = readBox(view, 0, bytes.length);
  const boxes = movie ? boxesIn(view, movie.content, movie.end) : [];
  const tracks = boxes.filter(({ type }) => type === "trak");
  if (!tracks.some((track) => handlerOf(view, track) === "vide")) return null;

  for (const box of boxes) {
    if (box.type === GPS) blank(bytes, box);
  }
  for (const part of [boxes, ...tracks.flatMap((track) => partsOf(view, track))]) {
    for (const box of part) {
      if (ADDED.has(box.type)) blank(bytes, box);
      if (HEADERS.has(box.type)) clearMoments(view, box);
    }
  }
  return bytes;
}

/** What is in a track, and in its media: their headers are. */
function partsOf(view: DataView, track: Box): Box[][] {
  const boxes = boxesIn(view, track.content, track.end);
  const media = boxes.filter(({ type }) => type === "mdia");
  return [boxes, ...media.map(({ content, end }) => boxesIn(view, content, end))];
}

function clearMoments(view: DataView, { content, end }: Box): void {
  const length = content < end ? MOMENTS_BYTES[view.getUint8(content)] : undefined;
  const start = content + MOMENTS_OFFSET;
  if (length && start + length <= end) new Uint8Array(view.buffer, start, length).fill(0);
}

function handlerOf(view: DataView, track: Box): string | null {
  let box: Box | undefined = track;
  for (const wanted of CONTAINERS_OF_HANDLER) {
    box = box && boxesIn(view, box.content, box.end).find(({ type }) => type === wanted);
  }
  return box && box.content + HANDLER_OFFSET + 4 <= box.end ? readType(view, box.content + HANDLER_OFFSET) : null;
}

function spaceInPlaceOf(bytes: Bytes): Bytes {
  const box = readBox(new DataView(bytes.buffer), 0, bytes.length);
  if (box) blank(bytes, box);
  return bytes;
}

function blank(bytes: Uint8Array, { start, content, end }: Box): void {
  bytes.set(
    [...SPACE].map((letter) => letter.charCodeAt(0)),
    start + 4,
  );
  bytes.fill(0, content, end);
}
