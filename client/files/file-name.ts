import { normalizeBounded, rawMax } from "@/protocol/bounded-text";
import { FILE_NAME_MAX_LENGTH } from "@/protocol/limits";

/** What the server refuses in a name: what nobody sees, and what makes a name read otherwise than it is. */
const HIDDEN = /[\p{Cc}\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu;
/** What follows the last dot, when it looks like the ending of a file's name. */
const ENDING_MAX_LENGTH = 32;
const ENDING = /\.[\p{L}\p{N}]{1,12}$/u;

/** The name as the server takes it: hidden characters gone, no path, and the middle left out where it is too long. */
export function toFileName(given: string): string {
  // Longer than any name may be, even decomposed: shortened before anything else looks at it.
  const short = given.length > rawMax(FILE_NAME_MAX_LENGTH) ? shorten(given) : given;
  const seen = normalizeBounded(short.toWellFormed(), FILE_NAME_MAX_LENGTH, "NFC") ?? "";
  const name = seen.replace(HIDDEN, "").replace(/[/\\]/g, "-").trim();
  if (/^\.*$/.test(name)) return "file";
  return name.length <= FILE_NAME_MAX_LENGTH ? name : shorten(name);
}

function shorten(name: string): string {
  const ending = ENDING.exec(name.slice(-ENDING_MAX_LENGTH))?.[0] ?? "";
  return `${name.slice(0, FILE_NAME_MAX_LENGTH - ending.length - 1).toWellFormed()}…${ending}`;
}
