const UNITS = ["bytes", "KB", "MB", "GB", "TB"];

/** "812 bytes", "1.4 MB", "256 MB": in steps of 1,024. */
export function sizeInWords(bytes: number): string {
  let value = bytes;
  let unit = 0;
  // What would be rounded up to 1,024 of a unit is one of the next.
  while (Math.round(value) >= 1_024 && unit < UNITS.length - 1) {
    value /= 1_024;
    unit++;
  }
  if (unit === 0) return bytes === 1 ? "1 byte" : `${bytes} bytes`;
  return `${value < 10 ? Number(value.toFixed(1)) : Math.round(value)} ${UNITS[unit]}`;
}
