import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Client, type Pool } from "pg";
import { connect } from "@/server/db/connect";
import type { PrismaClient } from "@/server/db/generated/client";
import { migrate } from "@/server/db/migrate";
import { startPostgres } from "@/server/postgres/embedded";
import { findPostmaster } from "@/server/postgres/postmaster";
import { ROOT } from "./root";
import { SmallDisk } from "./small-disk";
import { TcpProxy } from "./tcp-proxy";

const POLL_MS = 50;
/** Far longer than a recovery takes, also while another fault keeps the disk full. */
const RECOVERY_MAX_MS = 120_000;
/** The write-ahead log stays small, so that a small disk is soon full. */
const SETTINGS = { shared_buffers: "64MB", max_connections: 250, max_wal_size: "96MB", min_wal_size: "32MB" };

/** A real PostgreSQL with everything on that keeps data safe, and our own way past every proxy into it. */
export class Postgres {
  readonly url: URL;
  readonly pool: Pool;
  readonly prisma: PrismaClient;
  /** Where the database lies, when its disk can be filled. */
  readonly disk: SmallDisk | null;
  readonly #clusterPath: string;
  readonly #stop: () => Promise<void>;

  private constructor(url: string, dataDir: string, disk: SmallDisk | null, stop: () => Promise<void>) {
    this.url = new URL(url);
    this.disk = disk;
    this.#clusterPath = join(dataDir, "postgres/data");
    this.#stop = stop;
    const { pool, prisma } = connect(url, { max: 4 });
    this.pool = pool;
    this.prisma = prisma;
  }

  static async start(dataDir: string): Promise<Postgres> {
    const disk = SmallDisk.mount(join(dataDir, "postgres"));
    const server = await startPostgres({ dataDir, owner: "torture", onTrouble: () => {}, settings: SETTINGS });
    await migrate(server.url, join(ROOT, "prisma/migrations"));
    return new Postgres(server.url, dataDir, disk, async () => {
      await server.stop();
      disk?.unmount();
    });
  }

  /** The one that a process of Adda will start in this folder: it may have another port each time. */
  static async embedded(dataDir: string): Promise<Postgres> {
    const path = join(dataDir, "postgres/data");
    // Makes the cluster and its password, and leaves them to Adda.
    const first = await startPostgres({ dataDir, owner: "torture", onTrouble: () => {} });
    await first.stop();
    const proxy = await TcpProxy.start(() => findPostmaster(path)?.port ?? 0);
    const url = new URL(first.url);
    url.port = String(proxy.port);
    return new Postgres(url.href, dataDir, null, () => proxy.stop());
  }

  /** `pg_ctl stop -m immediate`: no checkpoint, no farewell. It starts again by itself and recovers. */
  crash(): Promise<void> {
    return this.#end("SIGQUIT");
  }

  /** `kill -9` of the postmaster: its backends notice and end, and what they were doing is lost. */
  killPostmaster(): Promise<void> {
    return this.#end("SIGKILL");
  }

  /** `kill -9` of one session, as the kernel does when memory is short: PostgreSQL ends all others and recovers. */
  async killBackend(): Promise<void> {
    const client = await this.#openClient();
    const { rows } = await client.query<{ pid: number }>(
      `SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() LIMIT 1`,
    );
    try {
      if (rows[0]) process.kill(rows[0].pid, "SIGKILL");
    } finally {
      await client.end().catch(() => {});
    }
  }

  /** Holds a room's row, as a transaction that takes long. @returns what ends it. */
  async holdRoom(roomId: string): Promise<() => Promise<void>> {
    const client = await this.#openClient();
    await client.query("BEGIN");
    await client.query(`SELECT FROM "Room" WHERE id = $1 FOR UPDATE`, [roomId]);
    return () => client.end().catch(() => {});
  }

  /** Resolves when it answers. @throws Error when it does not come back. */
  async untilReady(): Promise<void> {
    const deadline = performance.now() + RECOVERY_MAX_MS;
    for (;;) {
      try {
        await this.pool.query("SELECT 1");
        return;
      } catch (error) {
        if (performance.now() > deadline) throw new Error("PostgreSQL did not come back.", { cause: error });
        await sleep(POLL_MS);
      }
    }
  }

  async stop(): Promise<void> {
    await this.prisma.$disconnect();
    await this.pool.end();
    await this.#stop();
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const postmaster = findPostmaster(this.#clusterPath);
    if (!postmaster) return;
    process.kill(postmaster.pid, signal);
    while (findPostmaster(this.#clusterPath)?.pid === postmaster.pid) await sleep(POLL_MS);
  }

  async #openClient(): Promise<Client> {
    const client = new Client({ connectionString: this.url.href });
    client.on("error", () => {});
    await client.connect();
    return client;
  }
}
