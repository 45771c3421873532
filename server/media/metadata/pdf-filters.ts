import type { PdfRange } from "./pdf-objects";

/** Compressed by deflate alone. */
export function isDeflated(dictionary: string): boolean {
  const filter = /\/Filter\s{0,4}(\/FlateDecode|\[\s{0,4}\/FlateDecode\s{0,4}\])/;
  return filter.test(dictionary) && !dictionary.includes("/DecodeParms");
}

export function isPlain(dictionary: string): boolean {
  return !dictionary.includes("/Filter") && !/\/F\s/.test(dictionary);
}

/** The numbers of the objects that a dictionary names. */
export function namedIn(bytes: Buffer, { start, end }: PdfRange): Set<number> {
  const references = bytes.toString("latin1", start, end).matchAll(/(\d{1,10})\s{1,4}\d{1,5}\s{1,4}R\b/g);
  return new Set([...references].map(([, number]) => Number(number)));
}
