/** The last signs of a long name, which stay whatever is left out of it. */
const TAIL_LENGTH = 9;
const SHORT_LENGTH = 16;

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** A name in two: what may be cut, and what stays. Joined, they are the name; no sign that belongs together is torn. */
export function splitName(name: string): { head: string; tail: string } {
  const signs = [...graphemes.segment(name)];
  if (signs.length <= SHORT_LENGTH) return { head: name, tail: "" };
  const at = signs[signs.length - TAIL_LENGTH]?.index ?? name.length;
  return { head: name.slice(0, at), tail: name.slice(at) };
}
