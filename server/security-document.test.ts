import { existsSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";

const DOCUMENT = readFileSync("SECURITY.md", "utf8");
/** A test's file in backticks, and the titles in quotes that follow it. */
const NAMED = /`([^`\s]+\.(?:test|spec)\.tsx?)`((?:,? "[^"]+")*)/g;

function testsIn(text: string): { file: string; titles: string[] }[] {
  return [...text.matchAll(NAMED)].map(([, file = "", titles = ""]) => ({
    file,
    titles: [...titles.matchAll(/"([^"]+)"/g)].flatMap(([, title]) => title ?? []),
  }));
}

it("every test that SECURITY.md names exists, and has the titles that it names", () => {
  const tests = testsIn(DOCUMENT);
  expect(tests.length).toBeGreaterThan(60);
  const missing = tests.flatMap(({ file, titles }) => {
    if (!existsSync(file)) return [file];
    const source = readFileSync(file, "utf8");
    return titles.filter((title) => !source.includes(title)).map((title) => `${file}: ${title}`);
  });
  expect(missing).toEqual([]);
});

it("every promise of SECURITY.md names a test", () => {
  const section = DOCUMENT.split(/^## /m).find((part) => part.startsWith("What is promised")) ?? "";
  const rows = section.split("\n").filter((line) => /^\| (?!promise)/.test(line));
  expect(rows.length).toBeGreaterThan(40);
  expect(rows.filter((row) => testsIn(row.split(" | ").at(-1) ?? "").length === 0)).toEqual([]);
});
