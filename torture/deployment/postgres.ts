import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Pool } from "pg";
import { connect } from "@/server/db/connect";
import type { PrismaClient } from "@/server/db/generated/client";
import { migrate } from "@/server/db/migrate";
import { startPostgres } from "@/server/postgres/embedded";
import { findPostmaster } from "@/server/postgres/postmaster";
import { ROOT } from "./root";

const POLL_MS = 50;

/** A real PostgreSQL with everything on that keeps data safe, and our own way past every proxy into it. */
export class Postgres {
  readonly url: URL;
  readonly pool: Pool;
  readonly prisma: PrismaClient;
  readonly #clusterPath: string;
  readonly #stop: () => Promise<void>;

  private constructor(url: string, dataDir: string, stop: () => Promise<void>) {
    this.url = new URL(url);
    this.#clusterPath = join(dataDir, "postgres/data");
    this.#stop = stop;
    const { pool, prisma } = connect(url, { max: 4 });
    this.pool = pool;
    this.prisma = prisma;
  }

  static async start(dataDir: string): Promise<Postgres> {
    const server = await startPostgres({
      dataDir,
      owner: "torture",
      onTrouble: () => {},
      settings: { shared_buffers: "64MB", max_connections: 150 },
    });
    await migrate(server.url, join(ROOT, "prisma/migrations"));
    return new Postgres(server.url, dataDir, server.stop);
  }

  /** `pg_ctl stop -m immediate`: no checkpoint, no farewell. It starts again by itself and recovers. */
  async crash(): Promise<void> {
    const postmaster = findPostmaster(this.#clusterPath);
    if (!postmaster) return;
    process.kill(postmaster.pid, "SIGQUIT");
    while (findPostmaster(this.#clusterPath)?.pid === postmaster.pid) await sleep(POLL_MS);
  }

  /** Resolves when it answers. */
  async untilReady(): Promise<void> {
    for (;;) {
      try {
        await this.pool.query("SELECT 1");
        return;
      } catch {
        await sleep(POLL_MS);
      }
    }
  }

  async stop(): Promise<void> {
    await this.prisma.$disconnect();
    await this.pool.end();
    await this.#stop();
  }
}
