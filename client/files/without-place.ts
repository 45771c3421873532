/**
 * A film says in its "movie" box where and with what it was taken (ISO/IEC 14496-12, QuickTime File Format): in boxes
 * of what a user or a camera added, and in tracks of nothing but such data. Blanked in place they are empty space to a
 * player, and no offset of the film's own bytes changes.
 */
const ADDED = new Set(["udta", "meta", "uuid"]);
/** What a film may begin with. */
const BEGINNINGS = new Set(["ftyp", "wide", "free", "skip", "mdat", "moov"]);
const CONTAINERS_OF_HANDLER = ["mdia", "hdlr"];
const SPACE = "free";

const HEADER_BYTES = 8;
const LONG_HEADER_BYTES = 16;
/** Of version, flags and a field without meaning, before the name of a handler. */
const HANDLER_OFFSET = 8;
/** A film of a day has an index of a few megabytes. */
const MOVIE_MAX_BYTES = 64 * 1024 * 1024;
const TOP_BOXES_MAX = 1_000;

/** A box of a file: from `start` to `end`, its content from `content` on. */
type Box = { type: string; start: number; content: number; end: number };

/**
 * A film in MP4 or QuickTime without what its camera and its owner wrote into it, of the same length; whatever else it
 * is given, as it is.
 * @throws DOMException when the file cannot be read any more.
 */
export async function withoutPlace(file: Blob): Promise<Blob> {
  const movie = await findMovie(file);
  if (!movie) return file;
  const bytes = new Uint8Array(await file.slice(movie.start, movie.end).arrayBuffer());
  const view = new DataView(bytes.buffer);
  const tracks = boxesIn(view, movie.content - movie.start, bytes.length).filter(({ type }) => type === "trak");
  const handlers = new Map(tracks.map((track) => [track, handlerOf(view, track)]));
  if (![...handlers.values()].includes("vide")) return file;

  for (const box of boxesIn(view, movie.content - movie.start, bytes.length)) {
    if (ADDED.has(box.type)) blank(bytes, box);
  }
  for (const [track, handler] of handlers) {
    if (handler === "meta") blank(bytes, track);
    else for (const box of boxesIn(view, track.content, track.end)) if (ADDED.has(box.type)) blank(bytes, box);
  }
  return new Blob([file.slice(0, movie.start), bytes, file.slice(movie.end)], { type: file.type });
}

/** Reads the headers of a file's boxes alone: the film between them may have gigabytes. */
async function findMovie(file: Blob): Promise<Box | null> {
  let start = 0;
  for (let count = 0; count < TOP_BOXES_MAX && start + HEADER_BYTES <= file.size; count++) {
    const header = new DataView(await file.slice(start, start + LONG_HEADER_BYTES).arrayBuffer());
    const box = readBox(header, 0, file.size - start);
    if (!box || (count === 0 && !BEGINNINGS.has(box.type))) return null;
    if (box.type === "moov") {
      return box.end > MOVIE_MAX_BYTES ? null : { ...box, start, content: start + box.content, end: start + box.end };
    }
    start += box.end;
  }
  return null;
}

function handlerOf(view: DataView, track: Box): string | null {
  let box: Box | undefined = track;
  for (const wanted of CONTAINERS_OF_HANDLER) {
    box = box && boxesIn(view, box.content, box.end).find(({ type }) => type === wanted);
  }
  return box && box.content + HANDLER_OFFSET + 4 <= box.end ? readType(view, box.content + HANDLER_OFFSET) : null;
}

/** The boxes side by side in a part of a view, as far as they make sense. */
function boxesIn(view: DataView, from: number, to: number): Box[] {
  const boxes: Box[] = [];
  for (let start = from; start + HEADER_BYTES <= to; ) {
    const box = readBox(view, start, to);
    if (!box) break;
    boxes.push(box);
    start = box.end;
  }
  return boxes;
}

/** @param limit where the box may end at the latest. */
function readBox(view: DataView, start: number, limit: number): Box | null {
  const type = readType(view, start + 4);
  const size = view.getUint32(start);
  if (size === 0) return { type, start, content: start + HEADER_BYTES, end: limit };
  if (size !== 1) return within({ type, start, content: start + HEADER_BYTES, end: start + size }, limit);
  if (start + LONG_HEADER_BYTES > view.byteLength) return null;
  const end = start + Number(view.getBigUint64(start + HEADER_BYTES));
  return within({ type, start, content: start + LONG_HEADER_BYTES, end }, limit);
}

function within(box: Box, limit: number): Box | null {
  return box.end >= box.content && box.end <= limit ? box : null;
}

function readType(view: DataView, at: number): string {
  return String.fromCharCode(...[0, 1, 2, 3].map((index) => view.getUint8(at + index)));
}

function blank(bytes: Uint8Array, { start, content, end }: Box): void {
  bytes.set(
    [...SPACE].map((letter) => letter.charCodeAt(0)),
    start + 4,
  );
  bytes.fill(0, content, end);
}
