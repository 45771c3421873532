import { normalizeBounded } from "@/protocol/bounded-text";
import { FILE_NAME_MAX_LENGTH } from "@/protocol/limits";
import { withoutHidden } from "../hidden-characters";

/** Looks like a path or a drive, and is neither: some programs make of it what it looks like. */
const PATH_ALIKE = /[\u2044\u2215\u2236\u29f8\u29f9\ua789\ufe55\ufe68\uff0f\uff1a\uff3c]/g;
/** A row of them pushes an ending out of sight. */
const SPACES = /\p{Zs}+/gu;
/** Some systems drop it when they save: what is before it is the ending then. */
const TAIL = /(?<=[^.\s])[.\s]+$/u;

/**
 * A file's name as everybody may see it: what looks like a path is none, nothing in it is hidden, and its ending is the
 * one that is seen. What is left is never empty unless what was given is nothing but spaces.
 * @throws RangeError beyond `rawMax(FILE_NAME_MAX_LENGTH)`: its field refuses it before.
 */
export function seenName(given: string): string {
  const text = normalizeBounded(given, FILE_NAME_MAX_LENGTH, "NFC")?.trim();
  if (text === undefined) throw new RangeError("The name is longer than its field allows.");
  const name = withoutHidden(text.replace(PATH_ALIKE, "-")).replace(SPACES, " ").trim().replace(TAIL, "");
  return name === "" && text !== "" ? "file" : name;
}
