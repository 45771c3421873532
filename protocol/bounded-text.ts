/**
 * Text from outside is bounded before anything else is done to it. `String.prototype.normalize` sorts the combining
 * marks that follow a letter, which takes quadratic time on a long run of them: 1 MB of marks holds a process for minutes.
 * It is called here alone, and the linter refuses it elsewhere (`bounded-normalize.grit`).
 */

/** A composed character is at most so many code units when it is decomposed. */
const RAW_PER_UNIT = 4;

/**
 * Longest raw text that may still fit `max` once it is normalized.
 * @param max in UTF-16 code units
 */
export function rawMax(max: number): number {
  return max * RAW_PER_UNIT;
}

/**
 * @param max the limit of the normalized text, in UTF-16 code units. What is returned may be longer than that by up to
 * four times: the field's own limit refuses it then.
 * @returns null when the raw text is longer than `rawMax(max)`, without having looked at it.
 */
export function normalizeBounded(text: string, max: number, form: "NFC" | "NFD" | "NFKC" | "NFKD"): string | null {
  return text.length > rawMax(max) ? null : text.normalize(form);
}

/** Any character but white space, controls, formats, and letters and symbols that are drawn as nothing. */
const VISIBLE = /[^\s\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800\u{1d159}]/u;

/** Whether a reader would see nothing of the text: zero-width characters, fillers and blank Braille count as nothing. */
export function isInvisible(text: string): boolean {
  return !VISIBLE.test(text);
}
