import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { prepareClient, preparePages } from "@/server/build";
import { PROMISES } from "./checker/promises";
import { report } from "./checker/report";
import { ROOT } from "./deployment/root";
import { type Options, readOptions, USAGE } from "./options";
import type { Outcome } from "./run";

// `npm run torture`: see docs/torture.md.

// The domain runs here too, on a database that is made to fail: what it logs of that is no news.
process.env.LOG_LEVEL = "silent";
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => process.exit(130));

let options: Options;
try {
  options = readOptions(process.argv.slice(2));
} catch (error) {
  say(`${(error as Error).message}\n${USAGE}`);
  process.exit(2);
}

const dir = options.dir ?? mkdtempSync(join(tmpdir(), "adda-torture-"));
// Closed from the start, as Adda closes it: the account of the database is chosen by who may pass through it.
mkdirSync(dir, { recursive: true });
chmodSync(dir, 0o700);
const given = process.argv.slice(2).filter((arg) => !/^--(seed|dir)\b/.test(arg));
const command = `npm run torture -- ${[`--seed=${options.seed}`, ...given].join(" ")}`;

say(command);
await prepareClient({ root: ROOT, say });
await preparePages({ root: ROOT, say });
// Loaded only now: it imports what was just prepared.
const { run } = await import("./run");
const { runPlants } = await import("./run-plants");
conclude(options.plants ? await runPlants({ ...options, dir }) : await run({ ...options, dir }, say));
process.exit();

function conclude({ history, violations, surprises, caught, summary }: Outcome): void {
  say(`\n${summary}`);
  if (violations.length > 0) say(report(history, violations));
  if (surprises.length > 0) say(`\nUnexpected:\n  ${surprises.join("\n  ")}`);
  for (const { name, breaks, found, isCaught } of caught) {
    if (!isCaught)
      say(`\nPlanted ${name}: expected ${breaks ?? "nothing"} to be found, found ${found.join(", ") || "nothing"}.`);
  }
  if (caught.length > 0)
    say(`${caught.filter(({ isCaught }) => isCaught).length} of ${caught.length} plants judged right.`);

  const isWell = violations.length === 0 && surprises.length === 0 && caught.every(({ isCaught }) => isCaught);
  process.exitCode = isWell ? 0 : 1;
  if (isWell) {
    if (!options.plants) say(`All ${Object.keys(PROMISES).length} promises were kept.`);
    rmSync(dir, { recursive: true, force: true });
  } else {
    writeFileSync(join(dir, "history.jsonl"), history.events.map((event) => JSON.stringify(event)).join("\n"));
    say(`\nBroken. Logs and history are in ${dir}. The same choices again: ${command}`);
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
