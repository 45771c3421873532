import { type Summary, summarize } from "./statistics";

export type Table = { caption: string; columns: string[]; rows: string[][] };

export type Verdict = { target: string; measured: string; met: boolean };

export type Chart = { file: string; alt: string; svg: string };

/** What one scenario found: all that the terminal and the page show of it. */
export type Report = {
  id: string;
  title: string;
  /** What was done, in a sentence or two. */
  method: string;
  tables: Table[];
  verdicts: Verdict[];
  charts: Chart[];
  /** Runs that do not count, and why. */
  faults: string[];
};

/** 1234567 as "1.23M", 85300 as "85.3k". */
export function amount(value: number): string {
  if (value >= 999_500) return `${(value / 1e6).toPrecision(3)}M`;
  if (value >= 1_000) return `${(value / 1e3).toPrecision(3)}k`;
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

export const milliseconds = (value: number) => (value >= 100 ? value.toFixed(0) : value.toPrecision(2));

export const times = (value: number) => `${value >= 10 ? value.toFixed(1) : value.toFixed(2)}x`;

/** The median, and how far the other rounds lie from it. */
export function withSpread(values: number[], format: (value: number) => string): string {
  const { median, min, max } = summarize(values);
  if (values.length === 0) return "–";
  return values.length === 1 ? format(median) : `${format(median)} (${format(min)}–${format(max)})`;
}

export function atLeast(what: string, measured: Summary, least: number, format: (value: number) => string): Verdict {
  return { target: `${what} >= ${format(least)}`, measured: format(measured.median), met: measured.median >= least };
}

export function atMost(what: string, measured: Summary, most: number, format: (value: number) => string): Verdict {
  return { target: `${what} <= ${format(most)}`, measured: format(measured.median), met: measured.median <= most };
}

export function printReport(report: Report): void {
  console.log(`\n${report.id}. ${report.title}\n${report.method}`);
  for (const table of report.tables) console.log(`\n${table.caption}\n${alignColumns(table)}`);
  if (report.verdicts.length > 0) console.log("");
  for (const { target, measured, met } of report.verdicts) {
    console.log(`  ${met ? "reached    " : "NOT reached"}  ${target}: ${measured}`);
  }
  for (const fault of report.faults) console.log(`  NOT SOUND: ${fault}`);
}

function alignColumns({ columns, rows }: Table): string {
  const widths = columns.map((column, i) => Math.max(column.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const line = (cells: string[]) =>
    cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join("  ");
  return [line(columns), widths.map((width) => "-".repeat(width)).join("  "), ...rows.map(line)]
    .map((text) => `  ${text.trimEnd()}`)
    .join("\n");
}
