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

type Play = {
  options: Options;
  random: Random;
  deployment: Deployment;
  town: Town;
  cast: Cast;
  recorder: Recorder;
  surprises: string[];
  say(line: string): void;
};

/** Lets people talk while everything breaks, waits until all is at rest, and looks whether the promises were kept. */
export async function run(options: Options & { dir: string }, say: (line: string) => void): Promise<Outcome> {
  const random = new Random(options.seed);
  const surprises: string[] = [];
  const { dir, processes } = options;
  const deployment = await Deployment.start({ dir, processes, onSurprise: (what) => surprises.push(what) });
  let cast: Cast | undefined;
  try {
    const town = new Town(deployment.postgres, dir);
    const recorder = new Recorder();
    cast = await gather(deployment, town, random, recorder.record);
    const play = { options, random, deployment, town, cast, recorder, surprises, say };
    cast.start();
    cast.talk(options.rate);
    await strike(play);
    await comeToRest(play);
    const history = await close(play);
    const caught = options.short ? await plantAll(deployment, town, random.fork("plants")) : [];
    return { history, violations: check(history), surprises, caught, summary: summarize(history, cast) };
  } finally {
    await cast?.stop();
    await deployment.stop();
  }
}

async function strike(play: Play): Promise<void> {
  const { faults, seconds, processes } = play.options;
  const stage = setStage(play);
  const startedAt = performance.now();
  const until = (atMs: number) => sleep(Math.max(0, startedAt + atMs - performance.now()));
  const strikeOne = async ({ fault, atMs, forMs, seed }: Blow) => {
    await until(atMs);
    await FAULTS[fault](stage, play.random.fork(seed), forMs);
  };
  const possible = faults.filter((fault) => processes > 1 || !fault.startsWith("redis"));
  const schedule = makeSchedule(play.random.fork("schedule"), possible, seconds);
  await Promise.all([until(seconds * 1_000), ...schedule.map(strikeOne)]);
}

function setStage({ options, deployment, cast, recorder, surprises, say }: Play): Stage {
  const { sloth, bots, chatters } = cast;
  return {
    deployment,
    sloth,
    flooders: bots.filter(({ joins }) => joins),
    chatters,
    pauseMs: options.pauseSeconds * 1_000,
    taken: new Set(),
    database: { begun: 0, current: 0 },
    say(what) {
      recorder.record({ type: "fault", what });
      say(`${(recorder.elapsedMs / 1_000).toFixed(1).padStart(6)} s  ${what}`);
    },
    onSurprise: (what) => surprises.push(what),
  };
}

async function comeToRest(play: Play): Promise<void> {
  const { options, deployment, cast, surprises } = play;
  await deployment.heal();
  // In a long run the reader with the lossy line has to learn of its lost tail from the head of the room.
  if (options.short) cast.middle.beHonest();
  await sleep(LAST_WORDS_MS);
  cast.hush();
  cast.middle.beHonest();

  const waiting = await untilSettled(play);
  surprises.push(...waiting.map((what) => `no rest: ${what}`));
}

/** @returns what did not come to rest. */
async function untilSettled({ options, cast, town, say }: Play): Promise<string[]> {
  const healedAt = performance.now();
  const told = (what: string) => say(`${what} after ${((performance.now() - healedAt) / 1_000).toFixed(1)} s.`);
  const waiting = await untilRest(cast, town);
  if (waiting.length > 0) return waiting;
  told("At rest");
  for (const bot of cast.bots) bot.doubt(DOUBTS_AT_REST);
  const doubting = await untilRest(cast, town);
  if (doubting.length > 0) return doubting;
  await Promise.all(cast.chatters.map((chatter) => chatter.lookBack()));
  told("Every page was read back to the beginning");
  // A killed process's people are seen for a while; a short run has no time for them.
  if (options.short) return [];
  const unseen = await untilPresent(cast);
  if (unseen.length === 0) told("Everybody is seen by everybody");
  return unseen;
}

/** Everybody stops; only then the database is read. */
async function close({ cast, town, recorder }: Play): Promise<History> {
  const views = cast.chatters.flatMap((chatter) => chatter.views());
  await cast.stop();
  const { bots, rest, chatters, readers } = cast;
  return {
    events: [...recorder.events],
    writers: [...bots, rest, ...chatters],
    readers: [...readers, ...chatters],
    views,
    stored: await town.stored(cast.rooms),
  };
}
