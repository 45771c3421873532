/**
 * A column or parameter as SQL compares it in a search: case and accents keep nobody from finding a name.
 * For short texts alone: it is computed for each row.
 */
export function folded(text: string): string {
  return `regexp_replace(normalize(lower(${text}), NFD), '[\\u0300-\\u036f]', '', 'g')`;
}

/** What `ILIKE` takes to find a text anywhere, whatever characters it has. */
export function containing(text: string): string {
  return `%${text
    .toWellFormed()
    .replaceAll("\0", "")
    .replace(/[\\%_]/g, (char) => `\\${char}`)}%`;
}
