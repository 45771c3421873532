/** Where an object (ISO 32000) is written: after its `obj`. A later revision of a document writes it again. */
export type PdfObjects = { ofNumber: Map<number, number[]>; starts: number[] };

/** From `start` to `end`, without the delimiters. */
export type PdfRange = { start: number; end: number };

export type PdfStream = PdfRange & { dictionary: string };

const OBJECTS_MAX = 300_000;
/** Of one key: a document has one information, in a few revisions. */
const NAMED_MAX = 1_000;
const HEADER_MAX = 24;
/** Of a dictionary or a text that is searched for its end. */
const SEARCHED_MAX_BYTES = 64 * 1024;
const REVISIONS_MAX = 16;
const END_OF_STREAM = "endstream";

/** @returns null when there are too many. */
export function indexObjects(bytes: Buffer): PdfObjects | null {
  const ofNumber = new Map<number, number[]>();
  const starts: number[] = [];
  for (let at = bytes.indexOf("obj"); at !== -1; at = bytes.indexOf("obj", at + 3)) {
    const before = bytes.toString("latin1", Math.max(0, at - HEADER_MAX), at);
    const number = /(?:^|[^\d])(\d{1,10})\s{1,4}\d{1,5}\s{1,4}$/.exec(before)?.[1];
    if (number === undefined) continue;
    if (starts.length === OBJECTS_MAX) return null;
    const known = ofNumber.get(Number(number));
    if (known) known.push(at + 3);
    else ofNumber.set(Number(number), [at + 3]);
    starts.push(at + 3);
  }
  return { ofNumber, starts };
}

/** The numbers of the objects that a key names: `/Info 7 0 R`. */
export function namedBy(bytes: Buffer, key: string): Set<number> {
  const numbers = new Set<number>();
  const reference = /^\s{0,4}(\d{1,10})\s{1,4}\d{1,5}\s{1,4}R/;
  for (let at = bytes.indexOf(key); at !== -1 && numbers.size < NAMED_MAX; at = bytes.indexOf(key, at + key.length)) {
    const after = at + key.length;
    const number = reference.exec(bytes.toString("latin1", after, after + HEADER_MAX))?.[1];
    if (number !== undefined) numbers.add(Number(number));
  }
  return numbers;
}

/** Where the next object begins: nothing is searched for beyond it, so that a document is read through once. */
export function limitOf({ starts }: PdfObjects, at: number, size: number): number {
  let [low, high] = [0, starts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) > at) high = middle;
    else low = middle + 1;
  }
  return starts[low] ?? size;
}

/** What stands in the dictionary that begins at `from` or after white space. @returns null for anything else. */
export function dictionaryAt(bytes: Buffer, from: number, to: number): PdfRange | null {
  let at = from;
  while (at < to && isWhite(bytes[at])) at++;
  if (!says(bytes, at, "<<")) return null;
  const start = at + 2;
  const limit = Math.min(to, start + SEARCHED_MAX_BYTES);
  let depth = 1;
  for (at = start; at < limit; at++) {
    if (says(bytes, at, "<<")) {
      depth++;
      at++;
    } else if (says(bytes, at, ">>")) {
      if (--depth === 0) return { start, end: at };
      at++;
    } else if (bytes[at] === PARENTHESIS) {
      at = endOfString(bytes, at, limit);
    }
  }
  return null;
}

/** The text, in parentheses or in hexadecimal, that begins at `from` or after white space. */
export function stringAt(bytes: Buffer, from: number, to: number): PdfRange | null {
  let at = from;
  while (at < to && isWhite(bytes[at])) at++;
  const limit = Math.min(to, at + SEARCHED_MAX_BYTES);
  let end = limit;
  if (bytes[at] === PARENTHESIS) end = endOfString(bytes, at, limit);
  else if (bytes[at] === ANGLE && !says(bytes, at, "<<")) end = at + bytes.subarray(at, limit).indexOf(">");
  return end > at && end < limit ? { start: at + 1, end } : null;
}

/** The stream of the object that is written here. @returns null when it has none, or it cannot be found. */
export function streamAt(bytes: Buffer, objects: PdfObjects, from: number): PdfStream | null {
  const limit = limitOf(objects, from, bytes.length);
  const range = dictionaryAt(bytes, from, limit);
  if (!range) return null;
  const dictionary = bytes.toString("latin1", range.start, range.end);
  const begin = /^\s{0,4}stream(\r\n|\n|\r)/.exec(bytes.toString("latin1", range.end + 2, range.end + 2 + HEADER_MAX));
  if (!begin) return null;
  const start = range.end + 2 + begin[0].length;
  const length = lengthsSaid(bytes, objects, dictionary).find((length) => endsAt(bytes, start + length));
  if (length !== undefined) return { start, end: start + length, dictionary };
  const found = bytes.subarray(start, limit).indexOf(END_OF_STREAM);
  return found === -1 ? null : { start, end: start + found, dictionary };
}

/** The length, or all that revisions of another object say it is. */
function lengthsSaid(bytes: Buffer, { ofNumber }: PdfObjects, dictionary: string): number[] {
  const said = /\/Length\s{0,4}(\d{1,10})(\s{1,4}\d{1,5}\s{1,4}R)?/.exec(dictionary);
  if (!said?.[2]) return [Number(said?.[1])];
  return (ofNumber.get(Number(said[1])) ?? []).slice(-REVISIONS_MAX).map((at) => numberAt(bytes, at));
}

function endsAt(bytes: Buffer, at: number): boolean {
  const after = bytes.toString("latin1", at, Math.min(bytes.length, at + 2 + END_OF_STREAM.length));
  return /^\s{0,2}endstream/.test(after);
}

function numberAt(bytes: Buffer, at: number): number {
  return Number(/^\s{0,4}(\d{1,10})/.exec(bytes.toString("latin1", at, at + HEADER_MAX))?.[1]);
}

const PARENTHESIS = 0x28;
const CLOSING = 0x29;
const BACKSLASH = 0x5c;
const ANGLE = 0x3c;

/** @returns where its closing parenthesis stands, or the limit. */
function endOfString(bytes: Buffer, start: number, limit: number): number {
  let depth = 0;
  for (let at = start; at < limit; at++) {
    if (bytes[at] === BACKSLASH) at++;
    else if (bytes[at] === PARENTHESIS) depth++;
    else if (bytes[at] === CLOSING && --depth === 0) return at;
  }
  return limit;
}

function isWhite(byte: number | undefined): boolean {
  return byte === 0 || byte === 9 || byte === 10 || byte === 12 || byte === 13 || byte === 32;
}

function says(bytes: Buffer, at: number, letters: string): boolean {
  return bytes[at] === letters.charCodeAt(0) && bytes[at + 1] === letters.charCodeAt(1);
}
