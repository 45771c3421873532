import { setTimeout as sleep } from "node:timers/promises";
import type { Adda } from "../deployment/adda";
import type { Deployment } from "../deployment/deployment";
import type { TcpProxy, Trouble } from "../deployment/tcp-proxy";
import type { BeginCover } from "../history/recorder";
import type { Chatter } from "../people/chatter";
import type { SocketReader } from "../people/socket-reader";
import type { SocketWriter } from "../people/socket-writer";
import type { Random } from "../random";

/** What faults happen to. */
export type Stage = {
  deployment: Deployment;
  sloth: SocketReader;
  /** Those who can say very much at once. */
  flooders: readonly SocketWriter[];
  chatters: readonly Chatter[];
  pauseMs: number;
  /** Processes that a fault has in its hands. */
  taken: Set<Adda>;
  /** Processes that are not ended: a long run looks whether they grow. */
  spared: ReadonlySet<Adda>;
  /** Faults of the database: how many there were, how many there are now. */
  database: { begun: number; current: number };
  /** Whose rows may be held. */
  rooms: readonly string[];
  /** Excuses lateness in a scope until it is ended, and for a recovery time after. */
  cover: BeginCover;
  /** Told of what happens, as it happens. */
  say(what: string): void;
  /** Told of what should not have happened. */
  onSurprise(what: string): void;
};

type Fault = (stage: Stage, random: Random, forMs: number) => Promise<void>;

/** How long each may still be felt after it ended: what the promise `in-time` excuses. */
const RECOVERY_MS = {
  /** A process that stood still or was cut off works off what gathered. */
  process: 5_000,
  /** A statement may hang until its timeout of 8 s, and a read is tried again a second later. */
  database: 10_000,
  /** Three beats of a second are not heard before Redis counts as away, and the database is read a second later. */
  redis: 5_000,
} as const;
/** While Redis is known to be away. */
const WITHOUT_REDIS_MAX_MS = 2_500;
/** A clock is moved by so much, either way. */
const CLOCK_MAX_SECONDS = 2 * 3_600;

/** What an orchestrator gives a process to end, and a drain must not need while the database is well. */
const DRAIN_MAX_MS = 20_000;
/** Together more than what the system keeps for a reader who does not read. */
const FLOOD_MESSAGES = 1_800;
const FLOOD_WORDS = "flood ".repeat(600);
/** As many at a time as the server takes from one socket without asking it to slow down. */
const FLOOD_BATCH = 50;
const FLOOD_PAUSE_MS = 60;

/** Each does harm, waits, and undoes it. */
export const FAULTS = {
  /** `kill -9` of a process, and a new one later. */
  kill: (stage, random, forMs) =>
    withProcess(stage, random, async (adda) => {
      if (stage.spared.has(adda)) return;
      const uncover = stage.cover({ process: adda.name }, RECOVERY_MS.process);
      stage.say(`kill -9 ${adda.name}, start after ${forMs} ms`);
      await adda.kill();
      await sleep(forMs);
      await adda.start();
      uncover();
      stage.say(`${adda.name} serves again`);
    }),

  /** A process stands still, its connections open, and goes on as if nothing had been. */
  pause: (stage, random) =>
    withProcess(stage, random, async (adda) => {
      const uncover = stage.cover({ process: adda.name }, RECOVERY_MS.process);
      stage.say(`SIGSTOP ${adda.name} for ${stage.pauseMs} ms`);
      adda.suspend();
      await sleep(stage.pauseMs);
      adda.resume();
      uncover();
      stage.say(`SIGCONT ${adda.name}`);
    }),

  /** A deploy: one process after the other is drained and started anew, while everybody talks. */
  drain: async (stage) => {
    for (const adda of stage.deployment.processes) {
      if (stage.taken.has(adda) || stage.spared.has(adda)) continue;
      await holding(stage, adda, async () => {
        stage.say(`SIGTERM ${adda.name}`);
        const { begun, current } = stage.database;
        const tookMs = Math.round(await adda.drain());
        const isDatabaseWell = current === 0 && stage.database.begun === begun;
        stage.say(`${adda.name} ended after ${tookMs} ms`);
        if (tookMs > DRAIN_MAX_MS && isDatabaseWell) stage.onSurprise(`${adda.name} took ${tookMs} ms to drain`);
        await adda.start();
        stage.say(`${adda.name} serves again`);
      });
    }
  },

  /** `pg_ctl stop -m immediate` and start; sometimes it stays unreachable for a while. */
  database: (stage, random, forMs) =>
    withDatabase(stage, async ({ deployment: { postgres, databaseProxy }, say }) => {
      const away = random.chance(0.5);
      say(`stop -m immediate of PostgreSQL${away ? `, away for ${forMs} ms` : ""}`);
      if (away) databaseProxy.suffer({ type: "refuse" });
      await postgres.crash();
      if (away) await sleep(forMs);
      await postgres.untilReady();
      databaseProxy.heal();
      say("PostgreSQL has recovered");
    }),

  /** `kill -9` of Redis, and a new one later. */
  redis: (stage, _random, forMs) =>
    withoutRedis(stage, async ({ deployment: { redis }, say }) => {
      say(`kill -9 of Redis, start after ${forMs} ms`);
      await redis?.kill();
      await sleep(forMs);
      await redis?.start();
      say("Redis is back");
    }),

  /** The network between clients and a process. */
  network: async ({ deployment: { fronts, processes }, cover, say }, random, forMs) => {
    const front = random.pick(fronts);
    const process = processes[fronts.indexOf(front)]?.name ?? "";
    const uncover = cover({ process }, RECOVERY_MS.process);
    await trouble(front, `clients and ${process}`, pickTrouble(random, 20_000, 300), random, forMs, say);
    uncover();
  },

  "database-network": (stage, random, forMs) =>
    withDatabase(stage, ({ deployment: { databaseProxy }, say }) =>
      trouble(databaseProxy, "processes and PostgreSQL", pickTrouble(random, 50_000, 60), random, forMs, say),
    ),

  "redis-network": (stage, random, forMs) =>
    withoutRedis(stage, async ({ deployment: { redisProxy }, say }) => {
      if (redisProxy)
        await trouble(redisProxy, "processes and Redis", pickTrouble(random, 20_000, 300), random, forMs, say);
    }),

  /** A reader stops reading while its room is flooded: it is cut, comes back and catches up. */
  "slow-reader": async ({ sloth, flooders, cover, say }, _random, forMs) => {
    const uncover = cover({}, RECOVERY_MS.process);
    const [roomId = ""] = sloth.rooms;
    say(`${sloth.name} stops reading for ${forMs} ms, and its room is flooded`);
    sloth.line.pause();
    for (let n = 0; n < FLOOD_MESSAGES; n++) {
      flooders[n % flooders.length]?.say(roomId, FLOOD_WORDS);
      if (n % FLOOD_BATCH === 0) await sleep(FLOOD_PAUSE_MS);
    }
    await sleep(forMs);
    sloth.line.resume();
    uncover();
    say(`${sloth.name} reads on`);
  },

  /** The kernel takes a session of the database, or all of it. */
  "database-process": (stage, random) =>
    withDatabase(stage, async ({ deployment: { postgres }, say }) => {
      const isBackend = random.chance(0.5);
      say(`kill -9 of ${isBackend ? "a session of PostgreSQL" : "PostgreSQL's first process"}`);
      await postgres.untilReady();
      await (isBackend ? postgres.killBackend() : postgres.killPostmaster());
      await postgres.untilReady();
      say("PostgreSQL has recovered");
    }),

  /** The database's disk is full for a while. */
  "disk-full": (stage, _random, forMs) =>
    withDatabase(stage, async ({ deployment: { postgres }, say }) => {
      if (!postgres.disk) return say("No disk can be filled here: that takes root and mount.");
      await postgres.disk.fill();
      say(`The database's disk is full for ${forMs} ms`);
      await sleep(forMs);
      postgres.disk.free();
      await postgres.untilReady();
      say("The database's disk has space again");
    }),

  /** A transaction holds a room's row: nobody can speak there, and readers notice nothing. */
  "slow-lock": async ({ deployment: { postgres }, rooms, say }, random, forMs) => {
    const roomId = random.pick(rooms);
    const release = await postgres.holdRoom(roomId).catch(() => null);
    if (!release) return;
    say(`a room's row is held for ${forMs} ms`);
    await sleep(forMs);
    await release();
    say("the room's row is free");
  },

  /** Somebody sets a machine's clock, and sets it back later. */
  clock: async ({ deployment: { clocks, processes }, say }, random, forMs) => {
    if (clocks.length === 0) return say("No clock can be moved here: that takes faketime.");
    const index = random.whole(0, clocks.length - 1);
    const seconds = random.whole(-CLOCK_MAX_SECONDS, CLOCK_MAX_SECONDS);
    say(`the clock of ${processes[index]?.name} jumps by ${seconds} s for ${forMs} ms`);
    clocks[index]?.set(seconds);
    await sleep(forMs);
    clocks[index]?.set(0);
    say(`the clock of ${processes[index]?.name} is right again`);
  },

  /** Somebody closes a page in the middle of sending, and opens it again. */
  reload: async ({ chatters, say }, random) => {
    const chatter = random.pick(chatters);
    say(`${chatter.name} reloads`);
    chatter.reload();
  },
} as const satisfies Record<string, Fault>;

export type FaultName = keyof typeof FAULTS;

export const FAULT_NAMES = Object.keys(FAULTS) as FaultName[];

type NamedTrouble = { trouble: Trouble; name: string };

function pickTrouble(random: Random, bytesMax: number, msMax: number): NamedTrouble {
  const afterBytes = () => random.whole(1, bytesMax);
  const ms = () => random.between(0, msMax);
  return random.pick<NamedTrouble>([
    { trouble: { type: "reset", afterBytes }, name: `each connection reset after up to ${bytesMax} bytes` },
    { trouble: { type: "delay", ms }, name: `up to ${msMax} ms late` },
    { trouble: { type: "cut", direction: "up" }, name: "cut towards the server" },
    { trouble: { type: "cut", direction: "down" }, name: "cut from the server" },
    { trouble: { type: "cut", direction: "both" }, name: "cut both ways" },
  ]);
}

async function trouble(
  proxy: TcpProxy,
  between: string,
  { trouble, name }: NamedTrouble,
  random: Random,
  forMs: number,
  say: Stage["say"],
): Promise<void> {
  const outcome = random.pick(["go on", "reset"] as const);
  say(`between ${between} for ${forMs} ms: ${name}`);
  proxy.suffer(trouble);
  await sleep(forMs);
  proxy.heal(outcome);
  say(`between ${between}: healed${outcome === "reset" ? ", what was held back is lost" : ""}`);
}

/** Runs with a process that no other fault has just now; with none, nothing happens. */
async function withProcess(stage: Stage, random: Random, work: (adda: Adda) => Promise<void>): Promise<void> {
  const adda = random.pick(stage.deployment.processes);
  if (!stage.taken.has(adda)) await holding(stage, adda, () => work(adda));
}

async function withDatabase(stage: Stage, work: (stage: Stage) => Promise<void>): Promise<void> {
  stage.database.begun++;
  stage.database.current++;
  const uncover = stage.cover({}, RECOVERY_MS.database);
  await work(stage);
  uncover();
  stage.database.current--;
}

/** Until it is known that Redis is away everything between processes may be late; from then on only a little. */
async function withoutRedis(stage: Stage, work: (stage: Stage) => Promise<void>): Promise<void> {
  if (!stage.deployment.redis) return;
  const unnoticed = stage.cover({}, RECOVERY_MS.redis);
  const away = stage.cover({}, 2 * RECOVERY_MS.redis, WITHOUT_REDIS_MAX_MS);
  unnoticed();
  await work(stage);
  stage.cover({}, RECOVERY_MS.redis)();
  away();
}

async function holding(stage: Stage, adda: Adda, work: () => Promise<void>): Promise<void> {
  stage.taken.add(adda);
  try {
    await work();
  } finally {
    stage.taken.delete(adda);
  }
}
