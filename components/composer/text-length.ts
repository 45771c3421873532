import { isInvisible } from "@/protocol/bounded-text";
import { MESSAGE_MAX_LENGTH } from "@/protocol/limits";

/** The counter appears when this many characters are left. */
const NEAR_LIMIT = 400;

/** What is sent of what was typed: without blank lines before it and white space after it; nothing when nobody would see it. */
export function toMessage(typed: string): string {
  return isInvisible(typed) ? "" : typed.replace(/^(?:[^\S\n]*\n)+/, "").trimEnd();
}

/** Characters left, negative when there are too many; null while the limit is far. */
export function charactersLeft(typed: string): number | null {
  const left = MESSAGE_MAX_LENGTH - toMessage(typed).length;
  return left <= NEAR_LIMIT ? left : null;
}

/** Says by how much a text is too long; null when it is not. */
export function tooLong(typed: string): string | null {
  const left = charactersLeft(typed);
  if (left === null || left >= 0) return null;
  const over = (-left).toLocaleString("en");
  return `${over} ${left === -1 ? "character" : "characters"} too many. Shorten it, or send it in parts.`;
}
