/** Takes no place at all, or looks like a space: an ending can be hidden behind it, and two names can look the same. */
const UNSEEN =
  /[\u00ad\u115f\u1160\u206a-\u206f\u2800\u3164\uffa0\ufff9-\ufffb\u{1d173}-\u{1d17a}\u{e0000}-\u{e007f}]|\u034f|\u17b4|\u17b5|[\u180b-\u180f]|[\ufe00-\ufe0d]/gu;
/** What chooses the look of the character before it, where that one has no other look. */
const STRAY_SELECTOR =
  /(?<!\p{Extended_Pictographic})[\ufe0e\ufe0f](?!\u20e3)|(?<!\p{Script=Han})[\u{e0100}-\u{e01ef}]/gu;
/** What joins letters, or keeps them apart, in scripts that know it, and emoji; anywhere else nobody sees it. */
const STRAY_JOINER =
  /(?<![\p{Lo}\p{M}])\u200c|\u200c(?!\p{Lo})|(?<![\p{Lo}\p{M}\p{Extended_Pictographic}\p{Emoji_Modifier}])\u200d|\u200d(?![\p{Lo}\p{Extended_Pictographic}])/gu;

/** The text without characters that take no place, or that look like a space, where nothing needs them. */
export function withoutHidden(text: string): string {
  return text.replace(UNSEEN, "").replace(STRAY_SELECTOR, "").replace(STRAY_JOINER, "");
}
