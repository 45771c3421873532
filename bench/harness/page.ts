import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Machine } from "./machine";
import type { Report, Table } from "./report";

const DOCS = join(import.meta.dirname, "../../docs");
const IMAGES = join(DOCS, "images");
const FIGURES = join(DOCS, "performance.json");
const NOTES = join(import.meta.dirname, "../notes");

type Kept = Omit<Report, "charts"> & { charts: { file: string; alt: string }[]; measuredOn: string; rounds: number };
type Figures = { machine: Machine; reports: Kept[] };

/** Puts these reports into the page beside those that it has of other scenarios, and draws their charts. */
export function updatePage(machine: Machine, reports: Report[], rounds: number): void {
  mkdirSync(IMAGES, { recursive: true });
  const measuredOn = new Date().toISOString().slice(0, 10);
  const kept = new Map(readFigures().reports.map((report) => [report.id, report]));
  for (const { charts, ...report } of reports) {
    for (const { file, svg } of charts) writeFileSync(join(IMAGES, file), svg);
    kept.set(report.id, { ...report, charts: charts.map(({ file, alt }) => ({ file, alt })), measuredOn, rounds });
  }
  const figures = { machine, reports: [...kept.values()].sort((a, b) => a.id.localeCompare(b.id)) };
  writeFileSync(FIGURES, `${JSON.stringify(figures, null, 2)}\n`);
  writePage();
}

/** Writes the page anew from the figures that are kept: after a change of its words. */
export function writePage(): void {
  const { machine, reports } = readFigures();
  const verdicts = reports.flatMap(({ id, verdicts: each }) => each.map((verdict) => ({ id, ...verdict })));
  const page = [
    `${note("introduction")}\n\n## Measured on\n`,
    machineTable(machine),
    `${note("method")}\n\n## Targets\n`,
    markdownTable(
      ["", "target", "measured", ""],
      verdicts.map(({ id, target, measured, met }) => [id, target, measured, met ? "reached" : "**not reached**"]),
    ),
    ...reports.map(section),
  ];
  writeFileSync(
    join(DOCS, "performance.md"),
    `${page
      .join("\n")
      .replace(/\n{3,}/g, "\n\n")
      .trim()}\n`,
  );
}

function section(report: Kept): string {
  const runs = report.rounds === 1 ? "one round" : `medians of ${report.rounds} rounds, with the range`;
  return [
    `\n## ${report.id}. ${report.title}\n`,
    `${report.method} Measured ${report.measuredOn}; ${runs}.\n`,
    ...report.charts.map(({ file, alt }) => `![${alt}](images/${file})\n`),
    ...report.tables.map(tableSection),
    note(report.id),
    ...report.faults.map((fault) => `- A run was left out: ${fault}.`),
  ].join("\n");
}

function tableSection({ caption, columns, rows }: Table): string {
  return `${caption}:\n\n${markdownTable(columns, rows)}`;
}

function machineTable(machine: Machine): string {
  return markdownTable(
    ["", ""],
    machine.map(({ fact, value }) => [fact, value]),
  );
}

function markdownTable(columns: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "·")).join(" | ")} |`;
  const rule = columns.map((_, i) => (i === 0 ? "---" : "---:"));
  return `${[line(columns), line(rule), ...rows.map(line)].join("\n")}\n`;
}

/** What a person wrote about a scenario: what limits, and what a profile showed. */
function note(name: string): string {
  const file = `${name}.md`;
  return existsSync(NOTES) && readdirSync(NOTES).includes(file) ? readFileSync(join(NOTES, file), "utf8").trim() : "";
}

function readFigures(): Figures {
  return existsSync(FIGURES) ? JSON.parse(readFileSync(FIGURES, "utf8")) : { machine: [], reports: [] };
}
