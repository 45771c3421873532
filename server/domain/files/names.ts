/** Looks like a path or a drive, and is neither: some programs make of it what it looks like. */
const PATH_ALIKE = /[\u2044\u2215\u2236\u29f8\u29f9\ua789\ufe55\ufe68\uff0f\uff1a\uff3c]/g;
/** Takes no place at all, or looks like a space: an ending can be hidden behind it, and two names can look the same. */
const UNSEEN =
  /[\u00ad\u115f\u1160\u206a-\u206f\u2800\u3164\uffa0\ufff9-\ufffb\u{1d173}-\u{1d17a}\u{e0000}-\u{e007f}]|\u034f|\u17b4|\u17b5|[\u180b-\u180f]|[\ufe00-\ufe0d]/gu;
/** What chooses the look of the character before it, where that one has no other look. */
const STRAY_SELECTOR =
  /(?<!\p{Extended_Pictographic})[\ufe0e\ufe0f](?!\u20e3)|(?<!\p{Script=Han})[\u{e0100}-\u{e01ef}]/gu;
/** What joins letters, or keeps them apart, in scripts that know it, and emoji; anywhere else nobody sees it. */
const STRAY_JOINER =
  /(?<![\p{Lo}\p{M}])\u200c|\u200c(?!\p{Lo})|(?<![\p{Lo}\p{M}\p{Extended_Pictographic}\p{Emoji_Modifier}])\u200d|\u200d(?![\p{Lo}\p{Extended_Pictographic}])/gu;
/** A row of them pushes an ending out of sight. */
const SPACES = /\p{Zs}+/gu;
/** Some systems drop it when they save: what is before it is the ending then. */
const TAIL = /(?<=[^.\s])[.\s]+$/u;

/**
 * A file's name as everybody may see it: what looks like a path is none, nothing in it is hidden, and its ending is the
 * one that is seen. What is left is never empty unless what was given is nothing but spaces.
 */
export function seenName(given: string): string {
  const text = given.normalize("NFC").trim();
  const name = text
    .replace(PATH_ALIKE, "-")
    .replace(UNSEEN, "")
    .replace(STRAY_SELECTOR, "")
    .replace(STRAY_JOINER, "")
    .replace(SPACES, " ")
    .trim()
    .replace(TAIL, "");
  return name === "" && text !== "" ? "file" : name;
}
