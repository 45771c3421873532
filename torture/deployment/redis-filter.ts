/**
 * Takes whole values out of what Redis says to a client: the wire has replies and pushed messages one after the other,
 * and a value that is left out is one that the client was never sent.
 */
export class RedisFilter {
  readonly #isDropped: (value: string) => boolean;
  #rest: Buffer = Buffer.alloc(0);

  constructor(isDropped: (value: string) => boolean) {
    this.#isDropped = isDropped;
  }

  /** @returns the bytes to pass on. A value that is not complete waits for its end. */
  readonly take = (bytes: Buffer): Buffer => {
    this.#rest = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    const kept: Buffer[] = [];
    let start = 0;
    for (let end = endOfValue(this.#rest, start); end !== null; end = endOfValue(this.#rest, start)) {
      const value = this.#rest.subarray(start, end);
      if (!this.#isDropped(value.toString())) kept.push(value);
      start = end;
    }
    this.#rest = this.#rest.subarray(start);
    return Buffer.concat(kept);
  };
}

/** Where the value that begins at `start` ends; null when that has not come yet. */
function endOfValue(bytes: Buffer, start: number): number | null {
  const lineEnd = bytes.indexOf("\r\n", start);
  if (lineEnd === -1) return null;
  const end = lineEnd + 2;
  const count = Number(bytes.toString("latin1", start + 1, lineEnd));
  switch (String.fromCharCode(bytes[start] ?? 0)) {
    case "$":
    case "=":
    case "!":
      if (count < 0) return end;
      return end + count + 2 <= bytes.length ? end + count + 2 : null;
    case "*":
    case ">":
    case "~":
      return endOfValues(bytes, end, count);
    case "%":
    case "|":
      return endOfValues(bytes, end, 2 * count);
    default:
      return end;
  }
}

function endOfValues(bytes: Buffer, start: number, count: number): number | null {
  let end: number | null = start;
  for (let n = 0; n < count && end !== null; n++) end = endOfValue(bytes, end);
  return end;
}
