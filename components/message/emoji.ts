/** Beyond this many emoji a message is read as text of its usual size. */
const JUMBO_MAX = 6;
/** An emoji of a family or a flag is long: this leaves room for a few, and none for a page of text. */
const LENGTH_MAX = 120;

const PICTURE = /\p{Emoji_Presentation}|\p{Emoji}\u{fe0f}|\p{Regional_Indicator}{2}|[\d#*]\u{fe0f}?\u{20e3}/u;
const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/** True for a message of a few emoji and nothing else, which is shown larger. */
export function isJumboEmoji(text: string): boolean {
  if (text.length > LENGTH_MAX) return false;
  let count = 0;
  for (const { segment } of graphemes.segment(text)) {
    if (segment.trim() === "") continue;
    if (!PICTURE.test(segment) || ++count > JUMBO_MAX) return false;
  }
  return count > 0;
}
