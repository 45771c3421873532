import { setTimeout as sleep } from "node:timers/promises";
import { type Cast, gather } from "./cast";
import { check } from "./checker/check";
import type { Violation } from "./checker/promises";
import { Deployment } from "./deployment/deployment";
import { FAULTS, type Stage } from "./faults/faults";
import { type Blow, makeSchedule } from "./faults/schedule";
import type { History } from "./history/events";
import { Recorder } from "./history/recorder";
import type { Options } from "./options";
import { Town } from "./people/town";
import { type Caught, plantAll } from "./plants/live";
import { Random } from "./random";
import { untilPresent, untilRest } from "./rest";
import { summarize } from "./summary";

/** Everybody goes on talking for a moment when all is well again. */
const LAST_WORDS_MS = 1_500;
const DOUBTS_AT_REST = 30;

export type Outcome = {
  history: History;
  violations: Violation[];
  /** What should not have happened and no history tells: a process that ended by itself, no rest. */
  surprises: string[];
  caught: Caught[];
  summary: string;
};

/** Lets people talk while everything breaks, waits until all is at rest, and looks whether the promises were kept. */
export async function run(options: Options & { dir: string }, say: (line: string) => void): Promise<Outcome> {
  const random = new Random(options.seed);
  const surprises: string[] = [];
  const onSurprise = (what: string) => void surprises.push(what);
  const deployment = await Deployment.start({ dir: options.dir, processes: options.processes, onSurprise });
  let cast: Cast | undefined;
  try {
    const town = new Town(deployment.postgres, options.dir);
    const recorder = new Recorder();
    cast = await gather(deployment, town, random, recorder.record);
    cast.start();
    cast.talk(options.rate);
    await strike(options, random, stageOf(options, deployment, cast, recorder, say, onSurprise));
    surprises.push(...(await comeToRest(options, deployment, cast, town, say)));

    const history = await close(cast, town, recorder);
    const caught = options.plants ? await plantAll(deployment, town, random.fork("plants")) : [];
    return { history, violations: check(history), surprises, caught, summary: summarize(history, cast) };
  } finally {
    await cast?.stop();
    await deployment.stop();
  }
}

function stageOf(
  { pauseSeconds }: Options,
  deployment: Deployment,
  { sloth, bots, chatters }: Cast,
  recorder: Recorder,
  say: (line: string) => void,
  onSurprise: (what: string) => void,
): Stage {
  return {
    deployment,
    sloth,
    flooders: bots.filter(({ joins }) => joins),
    chatters,
    pauseMs: pauseSeconds * 1_000,
    taken: new Set(),
    database: { begun: 0, current: 0 },
    onSurprise,
    say(what) {
      recorder.record({ type: "fault", what });
      say(`${(recorder.elapsedMs / 1_000).toFixed(1).padStart(6)} s  ${what}`);
    },
  };
}

async function strike({ faults, seconds, processes }: Options, random: Random, stage: Stage): Promise<void> {
  const possible = faults.filter((fault) => processes > 1 || !fault.startsWith("redis"));
  const startedAt = performance.now();
  const until = (atMs: number) => sleep(Math.max(0, startedAt + atMs - performance.now()));
  const strikeOne = async ({ fault, atMs, forMs, seed }: Blow) => {
    await until(atMs);
    await FAULTS[fault](stage, random.fork(seed), forMs);
  };
  await Promise.all([
    until(seconds * 1_000),
    ...makeSchedule(random.fork("schedule"), possible, seconds).map(strikeOne),
  ]);
}

/** @returns what did not come to rest. */
async function comeToRest(
  { short }: Options,
  deployment: Deployment,
  cast: Cast,
  town: Town,
  say: (line: string) => void,
): Promise<string[]> {
  await deployment.heal();
  // In a long run the reader with the lossy line has to learn of its lost tail from the head of the room.
  if (short) cast.middle.beHonest();
  await sleep(LAST_WORDS_MS);
  cast.hush();
  cast.middle.beHonest();
  const healedAt = performance.now();
  let waiting = await untilRest(cast, town);
  if (waiting.length === 0) {
    for (const bot of cast.bots) bot.doubt(DOUBTS_AT_REST);
    waiting = await untilRest(cast, town);
  }
  if (waiting.length === 0) {
    for (const chatter of cast.chatters) await chatter.lookBack();
  }
  // A killed process's people are seen for a while; a short run has no time for them.
  if (waiting.length === 0 && !short) waiting = await untilPresent(cast);
  const seconds = ((performance.now() - healedAt) / 1_000).toFixed(1);
  say(waiting.length === 0 ? `At rest after ${seconds} s.` : `Not at rest after ${seconds} s.`);
  return waiting.map((what) => `no rest: ${what}`);
}

/** Everybody stops; only then the database is read. */
async function close(cast: Cast, town: Town, { events }: Recorder): Promise<History> {
  const views = cast.chatters.flatMap((chatter) => chatter.views());
  await cast.stop();
  const { bots, rest, chatters, readers } = cast;
  return {
    events: [...events],
    writers: [...bots, rest, ...chatters],
    readers: [...readers, ...chatters],
    views,
    stored: await town.stored(cast.rooms),
  };
}
