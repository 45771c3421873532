/** What a film may begin with. */
const BEGINNINGS = new Set(["ftyp", "wide", "free", "skip", "mdat", "moov"]);
const HEADER_BYTES = 8;
const LONG_HEADER_BYTES = 16;
const TOP_BOXES_MAX = 1_000;

/** A box of a film (ISO/IEC 14496-12): from `start` to `end`, its content from `content` on. */
export type Box = { type: string; start: number; content: number; end: number };

/**
 * The first thousand boxes of a file; none when it does not begin as films do. Reads their headers alone: the film
 * between them may have gigabytes.
 * @throws DOMException when the file cannot be read any more.
 */
export async function boxesOf(file: Blob): Promise<Box[]> {
  const boxes: Box[] = [];
  for (let start = 0; boxes.length < TOP_BOXES_MAX && start + HEADER_BYTES <= file.size; ) {
    const header = new DataView(await file.slice(start, start + LONG_HEADER_BYTES).arrayBuffer());
    const box = readBox(header, 0, file.size - start);
    if (!box || (start === 0 && !BEGINNINGS.has(box.type))) break;
    boxes.push({ type: box.type, start, content: start + box.content, end: start + box.end });
    start += box.end;
  }
  return boxes;
}

/** The boxes side by side in a part of a view, as far as they make sense. */
export function boxesIn(view: DataView, from: number, to: number): Box[] {
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
export function readBox(view: DataView, start: number, limit: number): Box | null {
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

export function readType(view: DataView, at: number): string {
  return String.fromCharCode(...[0, 1, 2, 3].map((index) => view.getUint8(at + index)));
}
