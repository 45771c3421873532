import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { findFreePort } from "@/server/postgres/postmaster";
import type { Random } from "../random";
import { Adda } from "./adda";
import { Clock } from "./clock";
import { Postgres } from "./postgres";
import { Redis } from "./redis";
import { RedisFilter } from "./redis-filter";
import { TcpProxy } from "./tcp-proxy";

/** What is abuse elsewhere is here the work. */
const WITHOUT_LIMITS = {
  SOCKETS_PER_USER: "1000",
  UPGRADES_PER_ADDRESS_PER_MINUTE: "1000000",
  CHAT_BURST_PER_USER: "1000000",
  CHAT_PER_SECOND_PER_USER: "1000000",
  FRAME_BURST_PER_SOCKET: "1000000",
  FRAMES_PER_SECOND_PER_SOCKET: "1000000",
  REST_BURST_PER_ADDRESS: "1000000",
  REST_PER_SECOND_PER_ADDRESS: "1000000",
};

/** A slow reader is cut early, so that a run sees it happen. */
const BUFFERED_BYTES_MAX = String(64 * 1024);

export type Options = {
  /** Where data and logs go. */
  dir: string;
  processes: number;
  /** Tells several deployments on one database apart. */
  name?: string;
  /** Uses the database and the Redis of this deployment. */
  beside?: Deployment;
  /** One process that has the embedded database. */
  isEmbedded?: boolean;
  /** What `plants/serve.ts` changes in the server. */
  args?: readonly string[];
  /** With its limits as they are shipped. */
  hasLimits?: boolean;
  onSurprise(what: string): void;
};

/** Where a client may connect; behind each door stands one process. */
export type Door = { ws: string; http: string; process?: string };

type Parts = Pick<
  Deployment,
  "processes" | "clocks" | "postgres" | "redis" | "fronts" | "databaseProxy" | "redisProxy"
> & { isBeside: boolean; lost: Set<string> };

/**
 * Adda as it runs somewhere: processes, PostgreSQL and, for more than one, Redis, all real. Everything
 * that goes from one to another, and from a client to any, goes through a proxy that can be troubled.
 */
export class Deployment {
  readonly processes: readonly Adda[];
  /** One for each process; empty where no clock can be moved. */
  readonly clocks: readonly Clock[];
  readonly postgres: Postgres;
  readonly redis: Redis | null;
  /** One before each process. */
  readonly fronts: readonly TcpProxy[];
  readonly databaseProxy: TcpProxy;
  readonly redisProxy: TcpProxy | null;
  readonly #isBeside: boolean;
  readonly #lost: Set<string>;

  private constructor(parts: Parts) {
    this.processes = parts.processes;
    this.clocks = parts.clocks;
    this.postgres = parts.postgres;
    this.redis = parts.redis;
    this.fronts = parts.fronts;
    this.databaseProxy = parts.databaseProxy;
    this.redisProxy = parts.redisProxy;
    this.#isBeside = parts.isBeside;
    this.#lost = parts.lost;
  }

  static async start(options: Options): Promise<Deployment> {
    const { dir, beside, isEmbedded = false, args = [], hasLimits = false, name = "adda", onSurprise } = options;
    const postgres = beside?.postgres ?? (await (isEmbedded ? Postgres.embedded(dir) : Postgres.start(dir)));
    const databaseProxy = await TcpProxy.start(() => Number(postgres.url.port));
    const redis =
      options.processes > 1 ? (beside?.redis ?? new Redis(await findFreePort(), join(dir, "redis.log"))) : null;
    await redis?.start();
    const lost = new Set<string>();
    const filter = () => new RedisFilter((value) => tellsOfChange(value, lost)).take;
    const redisProxy = redis && (await TcpProxy.start(() => redis.port, filter));

    const databaseUrl = new URL(postgres.url);
    databaseUrl.port = String(databaseProxy.port);
    const env: NodeJS.ProcessEnv = {
      NODE_ENV: "production",
      ...(hasLimits ? {} : { ...WITHOUT_LIMITS, BUFFERED_BYTES_MAX }),
      HOST: "127.0.0.1",
      DATA_DIR: dir,
      DATABASE_URL: isEmbedded ? "" : databaseUrl.href,
      REDIS_URL: redisProxy ? `redis://127.0.0.1:${redisProxy.port}` : "",
      AUTH_SECRET: randomBytes(32).toString("hex"),
      LOG_LEVEL: "info",
    };

    const processes: Adda[] = [];
    const clocks: Clock[] = [];
    const fronts: TcpProxy[] = [];
    for (let number = 1; number <= options.processes; number++) {
      const own = `${name}-${number}`;
      const port = await findFreePort();
      const logPath = join(dir, `${own}.log`);
      const clock = Clock.find(join(dir, `${own}.clock`));
      if (clock) clocks.push(clock);
      const ownEnv = { ...env, ...clock?.env, PORT: String(port) };
      processes.push(new Adda({ name: own, port, env: ownEnv, args, logPath, onSurprise }));
      fronts.push(await TcpProxy.start(() => port));
    }
    const isBeside = beside !== undefined;
    const parts = { processes, clocks, postgres, redis, fronts, databaseProxy, redisProxy, isBeside, lost };
    const deployment = new Deployment(parts);
    await Promise.all(processes.map((adda) => adda.start()));
    await postgres.untilReady();
    return deployment;
  }

  /** Any door: a client cannot know which of them is in trouble. */
  pickDoor(random: Random): Door {
    return this.door(random.whole(0, this.fronts.length - 1));
  }

  door(index: number): Door {
    return doorAt(this.fronts[index]?.port, this.processes[index]?.name);
  }

  /** Past the proxy, whose buffers would take what a slow reader does not. */
  directDoor(index: number): Door {
    return doorAt(this.processes[index]?.port, this.processes[index]?.name);
  }

  /** From now on Redis tells nobody of this room's changes. @returns what ends it. */
  loseChanges(roomId: string): () => void {
    this.#lost.add(roomId);
    return () => void this.#lost.delete(roomId);
  }

  /** Everything runs, nothing is troubled. */
  async heal(): Promise<void> {
    for (const proxy of this.#proxies()) proxy.heal();
    for (const clock of this.clocks) clock.set(0);
    await this.redis?.start();
    for (const adda of this.processes) adda.resume();
    await Promise.all(this.processes.map((adda) => adda.start()));
    await this.postgres.untilReady();
  }

  async stop(): Promise<void> {
    await Promise.all(this.processes.map((adda) => adda.kill()));
    if (!this.#isBeside) await this.redis?.kill();
    for (const proxy of this.#proxies()) await proxy.stop();
    if (!this.#isBeside) await this.postgres.stop();
  }

  #proxies(): TcpProxy[] {
    return [...this.fronts, this.databaseProxy, ...(this.redisProxy ? [this.redisProxy] : [])];
  }
}

function tellsOfChange(value: string, lost: ReadonlySet<string>): boolean {
  if (lost.size === 0 || !value.includes('"type":"changes"')) return false;
  return [...lost].some((roomId) => value.includes(`adda:room:${roomId}`));
}

function doorAt(port = 0, process?: string): Door {
  return { ws: `ws://127.0.0.1:${port}/ws`, http: `http://127.0.0.1:${port}`, ...(process && { process }) };
}
