/** How many backups stay: the newest of each of the last so many hours, days, weeks, months and years that have one. */
export type Keep = Partial<Record<Unit, number>>;
type Unit = "h" | "d" | "w" | "m" | "y";

const DAY_MS = 24 * 60 * 60 * 1_000;

/** @param text such as `7d,4w,12m`. @returns null when it is not of that form. */
export function parseKeep(text: string): Keep | null {
  const keep: Keep = {};
  for (const part of text.split(",")) {
    const [, count, unit] = /^([1-9]\d{0,3})([hdwmy])$/.exec(part.trim()) ?? [];
    if (!count || !unit) return null;
    keep[unit as Unit] = Number(count);
  }
  return keep;
}

/** Which of these backups may go. The newest always stays. */
export function findOutdated(names: readonly string[], keep: Keep): string[] {
  const newestFirst = names.toSorted().reverse();
  const kept = new Set(newestFirst.slice(0, 1));
  for (const [unit, count] of Object.entries(keep)) {
    const periods = new Map<string, string>();
    for (const name of newestFirst) {
      const period = periodOf(timeOf(name), unit as Unit);
      if (!periods.has(period)) periods.set(period, name);
    }
    for (const name of [...periods.values()].slice(0, count)) kept.add(name);
  }
  return newestFirst.filter((name) => !kept.has(name)).reverse();
}

/** The time in a backup's name, which has no colons. */
function timeOf(name: string): Date {
  return new Date(name.replace(/T(\d\d)-(\d\d)-(\d\d)Z$/, "T$1:$2:$3Z"));
}

/** In UTC; a week begins on a Monday. */
function periodOf(time: Date, unit: Unit): string {
  const text = time.toISOString();
  switch (unit) {
    case "h":
      return text.slice(0, 13);
    case "d":
      return text.slice(0, 10);
    case "w":
      // The first of January 1970 was a Thursday.
      return String(Math.floor((time.getTime() / DAY_MS + 3) / 7));
    case "m":
      return text.slice(0, 7);
    case "y":
      return text.slice(0, 4);
    default:
      return unit satisfies never;
  }
}
