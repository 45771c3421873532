import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { prepareClient, preparePages } from "@/server/build";
import { provideChromium, provideFaketime, provideNginx, provideRedisServer, provideSwift } from "./programs";
import { type Count, countPlaywright, countVitest, sum } from "./summary";

// `npm test`: everything. `npm test unit integration`: those. What follows `--` goes to the runner.

const SUITES = ["unit", "integration", "torture", "e2e"] as const;
type Suite = (typeof SUITES)[number];

const [names, passedOn] = splitArguments(process.argv.slice(2));
const suites = SUITES.filter((suite) => names.length === 0 || names.includes(suite));
const reports = mkdtempSync(join(tmpdir(), "adda-reports-"));

try {
  await provide();
  const counts: Count[] = [];
  if (suites.some((suite) => suite !== "e2e")) counts.push(await runVitest());
  if (has("e2e")) counts.push(await runPlaywright());
  conclude(sum(counts));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  conclude({ passed: 0, failed: 1, skipped: 0 });
} finally {
  rmSync(reports, { recursive: true });
}

async function provide(): Promise<void> {
  if (has("integration") || has("torture")) provideRedisServer();
  if (has("torture")) provideFaketime();
  if (has("integration")) provideNginx();
  if (has("integration") || has("e2e")) provideSwift();
  if (has("e2e")) provideChromium();
  const options = { root: process.cwd(), say: (line: string) => process.stderr.write(`${line}\n`) };
  await prepareClient(options);
  if (suites.some((suite) => suite !== "unit")) await preparePages(options);
}

async function runVitest(): Promise<Count> {
  const report = join(reports, "vitest.json");
  const projects = suites.filter((suite) => suite !== "e2e").flatMap((suite) => ["--project", suite]);
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const code = await run("node_modules/vitest/vitest.mjs", ["run", ...projects, ...reporters, ...passedOn]);
  return countVitest(report, code);
}

async function runPlaywright(): Promise<Count> {
  const report = join(reports, "playwright.json");
  const code = await run("node_modules/@playwright/test/cli.js", ["test", "--reporter=list,json", ...passedOn], {
    PLAYWRIGHT_JSON_OUTPUT_NAME: report,
  });
  return countPlaywright(report, code);
}

/** @returns the exit code */
function run(script: string, args: string[], env: Record<string, string> = {}): Promise<number | null> {
  const child = spawn(process.execPath, [script, ...args], {
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, NODE_ENV: "test", NODE_OPTIONS: "", ...env },
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
}

/** The one summary, and the last line of all. */
function conclude({ passed, failed, skipped }: Count): void {
  process.stdout.write(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}\n`);
  process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
}

function has(suite: Suite): boolean {
  return suites.includes(suite);
}

function splitArguments(args: string[]): [Suite[], string[]] {
  const isSuite = (arg: string): arg is Suite => SUITES.includes(arg as Suite);
  const end = args.findIndex((arg) => !isSuite(arg));
  return end === -1 ? [args.filter(isSuite), []] : [args.slice(0, end).filter(isSuite), args.slice(end)];
}
