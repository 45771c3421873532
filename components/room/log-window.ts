import type { Message } from "@/protocol/frames";

/** What a row that was never drawn is taken to measure; a wrong guess is mended when it is drawn. */
const ROW_HEIGHT_PX = 44;

/** The rows from `start` up to but without `end`. */
export type Span = { start: number; end: number };

/**
 * How high each row of the log is, as far as it was ever drawn: the room to keep for rows that are not.
 * Rows keep their heights when older ones come before them.
 */
export class RowHeights {
  #heights: number[] = [];
  #first: number | undefined;

  /** Takes note of the rows as they are now: these messages, and then as many more as make `count`. */
  align(messages: readonly Message[], count: number): void {
    const shift = this.#first === undefined ? 0 : indexOfSeq(messages, this.#first);
    if (shift === -1) this.#heights = [];
    else if (shift > 0) this.#heights = [...new Array<number>(shift).fill(ROW_HEIGHT_PX), ...this.#heights];
    this.#first = messages[0]?.seq;
    while (this.#heights.length < count) this.#heights.push(ROW_HEIGHT_PX);
    this.#heights.length = count;
  }

  set(index: number, heightPx: number): void {
    if (index < this.#heights.length) this.#heights[index] = heightPx;
  }

  /** Height of the rows from `start` up to `end`. */
  sum(start: number, end: number): number {
    let sum = 0;
    for (let i = start; i < end; i++) sum += this.#heights[i] as number;
    return sum;
  }

  /** The rows that lie between two heights above the end of the log. */
  spanBetween(lowPx: number, highPx: number): Span {
    let below = 0;
    let end = this.#heights.length;
    while (end > 0 && below + (this.#heights[end - 1] as number) <= lowPx) below += this.#heights[--end] as number;
    let start = end;
    while (start > 0 && below < highPx) below += this.#heights[--start] as number;
    return { start, end };
  }
}

/** Where the message with this `seq` stands, by halving; -1 when it is not there. */
export function indexOfSeq(messages: readonly Message[], seq: number): number {
  let low = 0;
  let high = messages.length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const found = (messages[middle] as Message).seq;
    if (found === seq) return middle;
    if (found < seq) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}
