import { setTimeout as sleep } from "node:timers/promises";
import { type Cast, gather } from "./cast";
import { check } from "./checker/check";
import type { Violation } from "./checker/promises";
import { UNSUBSCRIBED_AFTER_MS } from "./checker/subscriptions";
import { Deployment } from "./deployment/deployment";
import { FAULTS, type FaultName, type Stage } from "./faults/faults";
import { type Blow, makeSchedule } from "./faults/schedule";
import { describeGrowth, findGrowth, type Measured } from "./growth/judge";
import { measure } from "./growth/measure";
import type { History } from "./history/events";
import { coverOwnDelays } from "./history/own-delays";
import { Recorder } from "./history/recorder";
import { measureHostile } from "./hostile/run-hostile";
import type { Options } from "./options";
import { QuietRooms } from "./people/quiet-rooms";
import { Site } from "./people/site";
import { Town } from "./people/town";
import { Visit } from "./people/visit";
import { type Caught, plantAll } from "./plants/live";
import { Random } from "./random";
import { untilPresent, untilRest } from "./rest";
import { summarize } from "./summary";

/** Everybody goes on talking for so long when all is well again, and nothing excuses what is late. */
const CALM_MS = { short: 8_000, long: 20_000 };
const DOUBTS_AT_REST = 30;

export type Outcome = {
  history: History;
  violations: Violation[];
  /** What should not have happened and no history tells: a process that ended by itself, no rest. */
  surprises: string[];
  caught: Caught[];
  summary: string;
};

/** What a round of talking and breaking needs. */
type Play = {
  options: Options;
  random: Random;
  deployment: Deployment;
  town: Town;
  cast: Cast;
  quiet: QuietRooms | null;
  recorder: Recorder;
  surprises: string[];
  say(line: string): void;
};

type Ground = Omit<Play, "cast" | "quiet" | "recorder"> & { site: Site };

/** How long a hostile person comes and goes. */
const HOSTILE = { windows: 4, windowMs: 6_000 };

/** Lets people talk while everything breaks, waits until all is at rest, and looks whether the promises were kept. */
export async function run(options: Options & { dir: string }, say: (line: string) => void): Promise<Outcome> {
  const random = new Random(options.seed);
  const surprises: string[] = [];
  const onSurprise = (what: string) => void surprises.push(what);
  const { dir, processes, embedded: isEmbedded } = options;
  const site = await Site.start();
  const args = ["--link-port", String(site.port)];
  const deployment = await Deployment.start({ dir, processes, isEmbedded, args, onSurprise });
  try {
    const town = new Town(deployment.postgres, dir);
    const ground = { options, random, deployment, town, site, surprises, say };
    const outcome = await (options.hours > 0 ? playForHours(ground) : playRound(ground));
    // A short run has too few seconds to say anything of the slowest hundredth.
    if (isEmbedded || options.short) return outcome;
    const slowdown = await measureHostile({ dir, beside: deployment, town, random, onSurprise, ...HOSTILE });
    surprises.push(...slowdown.found);
    return { ...outcome, summary: `${outcome.summary}\n${slowdown.summary}` };
  } finally {
    await deployment.stop();
    await site.stop();
  }
}

/** Round after round, each with other people and rooms, until one breaks a promise or the time is over. */
async function playForHours(ground: Ground): Promise<Outcome> {
  const { options, random, deployment, town, surprises, say } = ground;
  const startedAt = performance.now();
  const untilMs = options.hours * 3_600_000;
  const measured: Measured[] = [];
  for (let round = 1; ; round++) {
    say(`Round ${round}`);
    const outcome = await playRound({ ...ground, random: random.fork(`round ${round}`) });
    const elapsedMs = performance.now() - startedAt;
    measured.push(await measure(deployment, elapsedMs));
    say(`${outcome.summary}\n${describeGrowth(measured.slice(-1)).join()}`);
    if (outcome.violations.length === 0 && surprises.length === 0 && elapsedMs < untilMs) {
      town.beginAgain();
      continue;
    }
    surprises.push(...findGrowth(measured));
    const summary = [outcome.summary, `${round} rounds`, ...describeGrowth(measured)].join("\n");
    return { ...outcome, summary };
  }
}

async function playRound(ground: Ground): Promise<Outcome> {
  const { options, random, deployment, town, site, surprises } = ground;
  const recorder = new Recorder();
  const stopCovering = coverOwnDelays(recorder);
  const cast = await gather({ deployment, town, random, record: recorder.record, linkPort: site.port });
  const quiet: QuietRooms | null = deployment.redis && (await QuietRooms.open({ deployment, town, random, recorder }));
  const visit: Visit | null = deployment.redis && (await Visit.begin({ deployment, town, random, name: "visitor" }));
  const play = { ...ground, cast, quiet, recorder };
  try {
    await visit?.end();
    cast.start();
    quiet?.start();
    cast.talk(options.rate);
    await strike(play);
    await comeToRest(play);
    const history = await close(play);
    const caught = options.short ? await plantAll(deployment, town, random.fork("plants")) : [];
    const abandoned = visit ? [await visit.judge(UNSUBSCRIBED_AFTER_MS)] : [];
    const violations = check({ ...history, abandoned });
    return { history, violations, surprises, caught, summary: summarize(history, cast) };
  } finally {
    stopCovering();
    quiet?.stop();
    await cast.stop();
  }
}

async function strike(play: Play): Promise<void> {
  const { faults, seconds } = play.options;
  const stage = setStage(play);
  const startedAt = performance.now();
  const until = (atMs: number) => sleep(Math.max(0, startedAt + atMs - performance.now()));
  const strikeOne = async ({ fault, atMs, forMs, seed }: Blow) => {
    await until(atMs);
    await FAULTS[fault](stage, play.random.fork(seed), forMs);
  };
  const possible = faults.filter((fault) => isPossible(fault, play.options));
  const schedule = makeSchedule(play.random.fork("schedule"), possible, seconds);
  await Promise.all([until(seconds * 1_000), ...schedule.map(strikeOne)]);
}

function isPossible(fault: FaultName, { processes, embedded }: Options): boolean {
  if (fault.startsWith("redis")) return processes > 1;
  // The embedded database is a child of the process, with nothing between them.
  return !embedded || !["database-network", "disk-full"].includes(fault);
}

function setStage({ options, deployment, cast, recorder, surprises, say }: Play): Stage {
  const { sloth, bots, chatters, rooms } = cast;
  return {
    deployment,
    sloth,
    flooders: bots.filter(({ joins }) => joins),
    chatters,
    rooms,
    cover: recorder.cover,
    pauseMs: options.pauseSeconds * 1_000,
    taken: new Set(),
    spared: new Set(options.hours > 0 ? deployment.processes.slice(0, 1) : []),
    database: { begun: 0, current: 0 },
    say(what) {
      recorder.record({ type: "fault", what });
      say(`${(recorder.elapsedMs / 1_000).toFixed(1).padStart(6)} s  ${what}`);
    },
    onSurprise: (what) => surprises.push(what),
  };
}

async function comeToRest(play: Play): Promise<void> {
  const { options, deployment, cast, quiet, surprises } = play;
  await deployment.heal();
  // In a long run the reader with the lossy line has to learn of its lost tail from the head of the room.
  if (options.short) cast.middle.beHonest();
  // In the quiet rooms things happen only now, when nothing else could excuse that they are found late.
  await Promise.all([quiet?.speak(), sleep(options.short ? CALM_MS.short : CALM_MS.long)]);
  cast.hush();
  cast.middle.beHonest();

  const waiting = await untilSettled(play);
  surprises.push(...waiting.map((what) => `no rest: ${what}`));
  surprises.push(...(await cast.crowd.uploader.findDamage(play.town.mayor)));
}

/** @returns what did not come to rest. */
async function untilSettled({ options, cast, quiet, town, say }: Play): Promise<string[]> {
  const healedAt = performance.now();
  const told = (what: string) => say(`${what} after ${((performance.now() - healedAt) / 1_000).toFixed(1)} s.`);
  const all = withQuiet(cast, quiet);
  const waiting = await untilRest(all, town);
  if (waiting.length > 0) return waiting;
  told("At rest");
  for (const bot of cast.bots) bot.doubt(DOUBTS_AT_REST);
  const doubting = await untilRest(all, town);
  if (doubting.length > 0) return doubting;
  await Promise.all(cast.chatters.map((chatter) => chatter.lookBack()));
  told("Every page was read back to the beginning");
  // A killed process's people are seen for a while; a short run has no time for them.
  if (options.short) return [];
  const unseen = await untilPresent(cast);
  if (unseen.length === 0) told("Everybody is seen by everybody");
  return unseen;
}

/** Who lives in the quiet rooms has to hear everything too. */
function withQuiet(cast: Cast, quiet: QuietRooms | null): Cast {
  if (!quiet) return cast;
  return { ...cast, rooms: [...cast.rooms, ...quiet.rooms], readers: [...cast.readers, ...quiet.readers] };
}

/** Everybody stops; only then the database is read. */
async function close({ cast, quiet, town, recorder }: Play): Promise<History> {
  const views = cast.chatters.flatMap((chatter) => chatter.views());
  quiet?.stop();
  await cast.stop();
  const { bots, rest, chatters, readers, crowd } = cast;
  return {
    events: [...recorder.events],
    writers: [...bots, rest, crowd.crier, crowd.uploader, ...chatters, ...(quiet?.writers ?? [])],
    readers: [...readers, ...(quiet?.readers ?? []), ...chatters],
    views,
    stored: await town.stored([...cast.rooms, ...(quiet?.rooms ?? [])]),
  };
}
