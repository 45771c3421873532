import type { Source } from "./source";

const HEADER_MAX_BYTES = 12;
const ID_MAX_BYTES = 4;
const SIZE_MAX_BYTES = 8;
/** Of a whole file. A recording of a browser has one for each block. */
const ELEMENTS_MAX = 1_000_000;
/** Side by side in one list, which is kept in memory: clusters, most of them. */
const LISTED_MAX = 100_000;

/** An element (RFC 8794): from `start` to `end`, its content from `content` on. */
export type Element = { id: number; start: number; content: number; end: number };

/** Reads the elements of a file, and counts them. */
export class ElementReader {
  /** False once there was something that is no element, or too many of them. */
  isComplete = true;
  readonly #spanned: number;
  readonly #counted: number;
  #left = ELEMENTS_MAX;

  /**
   * A recorder does not know sizes beforehand.
   * @param spanned without a size this element takes the rest of the file.
   * @param counted without a size this element ends where one stands that cannot be in it.
   */
  constructor(
    readonly source: Source,
    { spanned, counted }: { spanned: number; counted: number },
  ) {
    this.#spanned = spanned;
    this.#counted = counted;
  }

  within({ content, end }: Element): Element[] {
    return this.in(content, end);
  }

  /** The elements side by side within a range, as far as they make sense. The last one of a file may be cut off. */
  in(from: number, to: number): Element[] {
    const elements: Element[] = [];
    for (let start = from; start < to; ) {
      const element = elements.length < LISTED_MAX ? this.#at(start, to) : null;
      if (!element) {
        this.isComplete = false;
        break;
      }
      elements.push(element);
      start = element.end;
    }
    return elements;
  }

  #at(start: number, limit: number): Element | null {
    if (this.#left-- <= 0) return null;
    const header = this.source.read(start, HEADER_MAX_BYTES);
    const idBytes = Math.clz32(header[0] ?? 0) - 23;
    const sizeBytes = Math.clz32(header[idBytes] ?? 0) - 23;
    if (idBytes > ID_MAX_BYTES || sizeBytes > SIZE_MAX_BYTES || idBytes + sizeBytes > header.length) return null;
    const id = header.readUIntBE(0, idBytes);
    const content = start + idBytes + sizeBytes;
    if (content > limit) return null;
    const size = sizeOf(header.subarray(idBytes, idBytes + sizeBytes));
    if (size !== null) {
      const end = content + size;
      if (end <= limit) return { id, start, content, end };
      return limit === this.source.size ? { id, start, content, end: limit } : null;
    }
    if (id === this.#spanned) return { id, start, content, end: limit };
    return id === this.#counted ? { id, start, content, end: this.#endOfCounted(content, limit) } : null;
  }

  /** Ids of four bytes are those of a segment's own parts. */
  #endOfCounted(content: number, limit: number): number {
    for (let start = content; start < limit; ) {
      const [first = 0] = this.source.read(start, 1);
      if (first >> 4 === 1) return start;
      const element = this.#at(start, limit);
      if (!element) break;
      start = element.end;
    }
    return limit;
  }
}

/** @returns null for the size of what is not known beforehand: all bits are set. */
function sizeOf(bytes: Buffer): number | null {
  const mask = 0xff >> bytes.length;
  let size = (bytes[0] ?? 0) & mask;
  let isUnknown = size === mask;
  for (const byte of bytes.subarray(1)) {
    size = size * 256 + byte;
    isUnknown &&= byte === 0xff;
  }
  return isUnknown ? null : size;
}
