import { parseArgs } from "node:util";
import { FAULT_NAMES, type FaultName } from "./faults/faults";

export type Options = {
  seed: string;
  /** Rounds of `seconds` follow each other for so long; 0 is one round. */
  hours: number;
  /** How long faults strike. */
  seconds: number;
  processes: number;
  faults: FaultName[];
  /** How long a process that is paused stands still. */
  pauseSeconds: number;
  /** Messages a second, over all writers. */
  rate: number;
  /** Only plants bugs, and fails when one is not caught. */
  plants: boolean;
  /** One process with the embedded database. */
  embedded: boolean;
  /** As quick as it can be. */
  short: boolean;
  /** Where data and logs go; kept when a promise was broken. */
  dir: string | null;
};

export const USAGE = `npm run torture -- [options]
  --seconds=60        how long faults strike
  --hours=2           rounds of three minutes for so long; between them everybody leaves, and what is held is measured
  --seed=…            repeats the choices of an earlier run
  --processes=3       1 runs without Redis
  --faults=a,b        of ${FAULT_NAMES.join(", ")}
  --pause-seconds=10  how long a paused process stands still
  --rate=60           messages a second, over all writers
  --embedded          one process with the embedded database, whose processes are killed too
  --plants            no faults: plants bugs into frames, the database and the server's code, and sees that each is caught
  --short             a run of a minute and a half, for every day: few seconds, two processes, and bugs in frames and the database
  --dir=…             where data and logs go`;

/** @throws Error that says what is wrong with the arguments. */
export function readOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      seconds: { type: "string" },
      hours: { type: "string" },
      seed: { type: "string" },
      processes: { type: "string" },
      faults: { type: "string" },
      "pause-seconds": { type: "string" },
      rate: { type: "string" },
      embedded: { type: "boolean", default: false },
      plants: { type: "boolean", default: false },
      short: { type: "boolean", default: false },
      dir: { type: "string" },
    },
  });
  const { short, embedded } = values;
  const hours = values.hours === undefined ? 0 : readNumber("hours", values.hours, 0);
  return {
    seed: values.seed ?? String(Math.floor(Math.random() * 1e9)),
    hours,
    seconds: readNumber("seconds", values.seconds, short ? 18 : hours > 0 ? 180 : 60),
    processes: readNumber("processes", values.processes, embedded ? 1 : short ? 2 : 3),
    faults: readFaults(values.faults),
    pauseSeconds: readNumber("pause-seconds", values["pause-seconds"], short ? 2 : 10),
    rate: readNumber("rate", values.rate, 60),
    plants: values.plants,
    embedded,
    short,
    dir: values.dir ?? null,
  };
}

function readNumber(name: string, given: string | undefined, fallback: number): number {
  const value = given === undefined ? fallback : Number(given);
  if (!(value > 0)) throw new Error(`--${name} must be a number above 0.`);
  return value;
}

function readFaults(given: string | undefined): FaultName[] {
  if (given === undefined) return FAULT_NAMES;
  const names = given.split(",").filter((name) => name !== "");
  const unknown = names.find((name) => !isFault(name));
  if (unknown !== undefined) throw new Error(`There is no fault ${unknown}; there are ${FAULT_NAMES.join(", ")}.`);
  return names.filter(isFault);
}

function isFault(name: string): name is FaultName {
  return (FAULT_NAMES as string[]).includes(name);
}
