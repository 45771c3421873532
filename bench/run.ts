import { parseArgs } from "node:util";
import { Cluster } from "./harness/cluster";
import type { Context } from "./harness/context";
import { compileDriver } from "./harness/driver";
import { describeMachine } from "./harness/machine";
import { updatePage, writePage } from "./harness/page";
import { printReport, type Report } from "./harness/report";
import { durable } from "./scenarios/durable";
import { type FanOut, fanOut } from "./scenarios/fan-out";
import { growth } from "./scenarios/growth";
import { history } from "./scenarios/history";
import { idle } from "./scenarios/idle";
import { latency } from "./scenarios/latency";
import { processes } from "./scenarios/processes";
import { restart } from "./scenarios/restart";
import { uploads } from "./scenarios/uploads";

const HELP = `npm run bench -- [options]
  --quick          one round, smaller and shorter; prints, and leaves docs/performance.md alone
  --only=b,c       only these scenarios; the page keeps what it has of the others
  --rounds=n       rounds of each measurement (5)
  --no-page        print only
  --page           write the page anew from the figures that are kept, and measure nothing

  a  memory of idle sockets       e  restart storm
  b  fan-out of stored messages   f  history at ten million messages
  c  durable messages a second    g  1, 2 and 4 processes with Redis
  d  latency at a steady rate     h  growth of a delivery's cost with the room
  i  twenty large uploads at once`;

const { values: options } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    only: { type: "string", default: "a,b,c,d,e,f,g,h,i" },
    rounds: { type: "string" },
    "no-page": { type: "boolean", default: false },
    page: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

if (options.help) console.log(HELP);
else if (options.page) writePage();
else await bench();

async function bench(): Promise<void> {
  const began = performance.now();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));
  compileDriver();
  const cluster = await Cluster.start();
  const rounds = Number(options.rounds ?? (options.quick ? 1 : 5));
  const context: Context = { cluster, quick: options.quick, rounds, tell };
  const machine = await describeMachine(cluster);
  for (const { fact, value } of machine) console.log(`${fact}: ${value}`);

  const reports: Report[] = [];
  for (const run of scenarios(context)) {
    const report = await run();
    clear();
    printReport(report);
    reports.push(report);
  }
  await cluster.stop();
  if (!options.quick && !options["no-page"]) updatePage(machine, reports, rounds);

  const minutes = (performance.now() - began) / 60_000;
  console.log(`\n${minutes.toFixed(1)} minutes.`);
  process.exit(reports.some(({ faults }) => faults.length > 0) ? 1 : 0);
}

function scenarios(context: Context): (() => Promise<Report>)[] {
  let fannedOut: FanOut | undefined;
  const all: Record<string, () => Promise<Report>> = {
    a: () => idle(context),
    async b() {
      const { report, measured } = await fanOut(context);
      fannedOut = measured;
      return report;
    },
    c: () => durable(context),
    d: () => latency(context),
    e: () => restart(context),
    f: () => history(context),
    g: () => processes(context),
    h: () => growth(context, fannedOut),
    i: () => uploads(context),
  };
  return options.only.split(",").map((id) => {
    const scenario = all[id.trim()];
    if (!scenario) throw new Error(`There is no scenario "${id}".\n${HELP}`);
    return scenario;
  });
}

function tell(line: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${line}`);
  else process.stderr.write(`${line}\n`);
}

function clear(): void {
  if (process.stderr.isTTY) process.stderr.write("\r\x1b[K");
}
