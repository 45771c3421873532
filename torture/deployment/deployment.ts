import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { findFreePort } from "@/server/postgres/postmaster";
import type { Random } from "../random";
import { Adda } from "./adda";
import { Postgres } from "./postgres";
import { Redis } from "./redis";
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
  onSurprise(what: string): void;
};

/** Where a client may connect; behind each door stands one process. */
export type Door = { ws: string; http: string };

/**
 * Adda as it runs somewhere: processes, PostgreSQL and, for more than one, Redis, all real. Everything
 * that goes from one to another, and from a client to any, goes through a proxy that can be troubled.
 */
export class Deployment {
  readonly processes: readonly Adda[];
  readonly postgres: Postgres;
  readonly redis: Redis | null;
  /** One before each process. */
  readonly fronts: readonly TcpProxy[];
  readonly databaseProxy: TcpProxy;
  readonly redisProxy: TcpProxy | null;
  private constructor(
    parts: Pick<Deployment, "processes" | "postgres" | "redis" | "fronts" | "databaseProxy" | "redisProxy">,
  ) {
    this.processes = parts.processes;
    this.postgres = parts.postgres;
    this.redis = parts.redis;
    this.fronts = parts.fronts;
    this.databaseProxy = parts.databaseProxy;
    this.redisProxy = parts.redisProxy;
  }

  static async start({ dir, processes: count, onSurprise }: Options): Promise<Deployment> {
    const postgres = await Postgres.start(dir);
    const databaseProxy = await TcpProxy.start(() => Number(postgres.url.port));
    const redis = count > 1 ? new Redis(await findFreePort(), join(dir, "redis.log")) : null;
    await redis?.start();
    const redisProxy = redis && (await TcpProxy.start(() => redis.port));

    const databaseUrl = new URL(postgres.url);
    databaseUrl.port = String(databaseProxy.port);
    const env: NodeJS.ProcessEnv = {
      NODE_ENV: "production",
      ...WITHOUT_LIMITS,
      BUFFERED_BYTES_MAX,
      HOST: "127.0.0.1",
      DATA_DIR: dir,
      DATABASE_URL: databaseUrl.href,
      REDIS_URL: redisProxy ? `redis://127.0.0.1:${redisProxy.port}` : "",
      AUTH_SECRET: randomBytes(32).toString("hex"),
      LOG_LEVEL: "info",
    };

    const processes: Adda[] = [];
    const fronts: TcpProxy[] = [];
    for (let number = 1; number <= count; number++) {
      const name = `adda-${number}`;
      const port = await findFreePort();
      const logPath = join(dir, `${name}.log`);
      processes.push(new Adda({ name, port, env: { ...env, PORT: String(port) }, logPath, onSurprise }));
      fronts.push(await TcpProxy.start(() => port));
    }
    const deployment = new Deployment({ processes, postgres, redis, fronts, databaseProxy, redisProxy });
    await Promise.all(processes.map((adda) => adda.start()));
    return deployment;
  }

  /** Any door: a client cannot know which of them is in trouble. */
  pickDoor(random: Random): Door {
    return this.door(random.whole(0, this.fronts.length - 1));
  }

  door(index: number): Door {
    return doorAt(this.fronts[index]?.port);
  }

  /** Past the proxy, whose buffers would take what a slow reader does not. */
  directDoor(index: number): Door {
    return doorAt(this.processes[index]?.port);
  }

  /** Everything runs, nothing is troubled. */
  async heal(): Promise<void> {
    for (const proxy of this.#proxies()) proxy.heal();
    await this.redis?.start();
    await this.postgres.untilReady();
    for (const adda of this.processes) adda.resume();
    await Promise.all(this.processes.map((adda) => adda.start()));
  }

  async stop(): Promise<void> {
    await Promise.all(this.processes.map((adda) => adda.kill()));
    await this.redis?.kill();
    for (const proxy of this.#proxies()) await proxy.stop();
    await this.postgres.stop();
  }

  #proxies(): TcpProxy[] {
    return [...this.fronts, this.databaseProxy, ...(this.redisProxy ? [this.redisProxy] : [])];
  }
}

function doorAt(port = 0): Door {
  return { ws: `ws://127.0.0.1:${port}/ws`, http: `http://127.0.0.1:${port}` };
}
