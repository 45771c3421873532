/** What was held at rest, when everybody had left. */
export type Measured = {
  atMs: number;
  processes: readonly { name: string; pid: number; bytes: number; descriptors: number }[];
  tables: readonly { name: string; bytes: number; rows: number }[];
};

const MEBIBYTE = 1024 * 1024;
/** V8 keeps what it once took, and gives it back when it likes. */
const MEMORY_FACTOR_MAX = 1.5;
const MEMORY_SLACK_BYTES = 64 * MEBIBYTE;
/** A pool may have opened another connection. */
const DESCRIPTORS_SLACK = 25;
/** A table may double what a row takes: rows that were changed wait for the vacuum. */
const TABLE_FACTOR_MAX = 2;
const TABLE_SLACK_BYTES = 8 * MEBIBYTE;
/** The first is from before everything was used once. */
const FIRST = 1;

/**
 * What grew from round to round although everybody had left: memory and descriptors of a process that ran all the time,
 * and what a table takes for each row.
 * @returns a sentence for each; nothing from fewer than three rounds.
 */
export function findGrowth(measured: readonly Measured[]): string[] {
  const [first, last] = [measured[FIRST], measured.at(-1)];
  if (!first || !last || measured.length < 3) return [];
  return [...findGrownProcesses(first, last), ...findGrownTables(first, last)];
}

function findGrownProcesses(first: Measured, last: Measured): string[] {
  return last.processes.flatMap((now) => {
    const before = first.processes.find(({ pid }) => pid === now.pid);
    if (!before) return [];
    const found: string[] = [];
    if (now.bytes > MEMORY_FACTOR_MAX * before.bytes + MEMORY_SLACK_BYTES) {
      found.push(`${now.name} grew from ${mb(before.bytes)} to ${mb(now.bytes)} at rest.`);
    }
    if (now.descriptors > before.descriptors + DESCRIPTORS_SLACK) {
      found.push(`${now.name} grew from ${before.descriptors} to ${now.descriptors} open descriptors at rest.`);
    }
    return found;
  });
}

function findGrownTables(first: Measured, last: Measured): string[] {
  return last.tables.flatMap((now) => {
    const before = first.tables.find(({ name }) => name === now.name);
    if (!before) return [];
    const perRow = before.bytes / Math.max(1, before.rows);
    const expected = Math.max(before.bytes, perRow * now.rows);
    if (now.bytes <= TABLE_FACTOR_MAX * expected + TABLE_SLACK_BYTES) return [];
    return [`${now.name} grew from ${mb(before.bytes)} (${before.rows} rows) to ${mb(now.bytes)} (${now.rows} rows).`];
  });
}

/** A line for each round. */
export function describeGrowth(measured: readonly Measured[]): string[] {
  return measured.map(({ atMs, processes, tables }) => {
    const held = processes.map(({ name, bytes, descriptors }) => `${name} ${mb(bytes)} ${descriptors} descriptors`);
    const bytes = tables.reduce((sum, table) => sum + table.bytes, 0);
    const rows = tables.find(({ name }) => name === "Message")?.rows ?? 0;
    return `after ${(atMs / 60_000).toFixed(1)} min: ${[...held, `tables ${mb(bytes)}, ${rows} messages`].join(", ")}`;
  });
}

function mb(bytes: number): string {
  return `${(bytes / MEBIBYTE).toFixed(0)} MB`;
}
