import type { Source } from "./source";

const HEADER_BYTES = 8;
const LONG_HEADER_BYTES = 16;
/** Of a whole file. A film in fragments has a few for each second. */
const BOXES_MAX = 200_000;

/** A box (ISO/IEC 14496-12): from `start` to `end`, its content from `content` on. */
export type Box = { type: string; start: number; content: number; end: number };

/** Reads the boxes of a file, and counts them: a file of nothing but headers comes to an end. */
export class BoxReader {
  /** False once there was something that is no box, or too many of them. */
  isComplete = true;
  #left = BOXES_MAX;

  constructor(readonly source: Source) {}

  /** The boxes side by side within a range, as far as they make sense. The last one of a file may be cut off. */
  in(from: number, to: number): Box[] {
    const boxes: Box[] = [];
    for (let start = from; start < to; ) {
      const box = this.#left-- > 0 ? this.#at(start, to) : null;
      if (!box) {
        if (!this.#isPadding(start, to)) this.isComplete = false;
        break;
      }
      boxes.push(box);
      start = box.end;
    }
    return boxes;
  }

  within({ content, end }: Box): Box[] {
    return this.in(content, end);
  }

  #at(start: number, limit: number): Box | null {
    const header = this.source.read(start, LONG_HEADER_BYTES);
    if (header.length < HEADER_BYTES || start + HEADER_BYTES > limit) return null;
    const type = header.toString("latin1", 4, 8);
    const size = header.readUInt32BE(0);
    if (size === 0) return { type, start, content: start + HEADER_BYTES, end: limit };
    if (size !== 1) return this.#bounded({ type, start, content: start + HEADER_BYTES, end: start + size }, limit);
    if (header.length < LONG_HEADER_BYTES) return null;
    const end = start + Number(header.readBigUInt64BE(HEADER_BYTES));
    return this.#bounded({ type, start, content: start + LONG_HEADER_BYTES, end }, limit);
  }

  #bounded(box: Box, limit: number): Box | null {
    if (box.end < box.content || box.content > limit) return null;
    if (box.end <= limit) return box;
    // A recording that broke off ends within its last box.
    return limit === this.source.size && box.type === "mdat" ? { ...box, end: limit } : null;
  }

  /** QuickTime ends a list with a length of zero. */
  #isPadding(start: number, to: number): boolean {
    return to - start < HEADER_BYTES && this.source.read(start, to - start).every((byte) => byte === 0);
  }
}
