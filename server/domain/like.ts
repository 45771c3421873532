/** What `ILIKE` takes to find a text anywhere, whatever characters it has. */
export function containing(text: string): string {
  return `%${text
    .toWellFormed()
    .replaceAll("\0", "")
    .replace(/[\\%_]/g, (char) => `\\${char}`)}%`;
}
