/**
 * A column or parameter as SQL compares it in a search: case and accents keep nobody from finding a name. Text in ASCII
 * has no accents, and to look for them takes ten times as long. Put a parameter into a subquery, which is computed once.
 */
export function folded(text: string): string {
  return `CASE WHEN octet_length(${text}) = length(${text}) THEN lower(${text})
    ELSE regexp_replace(normalize(lower(${text}), NFD), '[\\u0300-\\u036f]', '', 'g') END`;
}

/** What `ILIKE` takes to find a text anywhere, whatever characters it has. */
export function containing(text: string): string {
  return `%${text
    .toWellFormed()
    .replaceAll("\0", "")
    .replace(/[\\%_]/g, (char) => `\\${char}`)}%`;
}
