import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { migrate } from "../../server/db/migrate";
import { type EmbeddedPostgres, startPostgres } from "../../server/postgres/embedded";
import { findPostmaster } from "../../server/postgres/postmaster";
import { type Crowd, crowdName, seedCrowd } from "./crowd";
import { cpuSeconds, processTree } from "./processes";

const INSUFFICIENT_PRIVILEGE = "42501";
const MIGRATIONS = join(import.meta.dirname, "../../prisma/migrations");
const PEERS_SCHEMA = join(import.meta.dirname, "../peers/schema.sql");

/**
 * The one PostgreSQL of a bench, started as `npm start` starts it: fsync, synchronous_commit and
 * full_page_writes are on. Each run gets a fresh database in it.
 */
export class Cluster {
  readonly #templates = new Set<string>();
  #runs = 0;

  private constructor(
    readonly directory: string,
    readonly postgres: EmbeddedPostgres,
    readonly pid: number,
    readonly admin: pg.Client,
  ) {}

  static async start(): Promise<Cluster> {
    const directory = mkdtempSync(join(tmpdir(), "adda-bench-"));
    chmodSync(directory, 0o755); // As root, PostgreSQL runs as a user of its own.
    const onTrouble = (message: string, error?: unknown) => console.error(message, error ?? "");
    const postgres = await startPostgres({ dataDir: directory, owner: "bench", onTrouble });
    const pid = findPostmaster(join(directory, "postgres/data"))?.pid as number;
    process.once("exit", () => endNow(pid, directory));
    const admin = new pg.Client({ connectionString: postgres.url });
    await admin.connect();
    return new Cluster(directory, postgres, pid, admin);
  }

  async stop(): Promise<void> {
    await this.admin.end();
    await this.postgres.stop();
  }

  url(database: string): string {
    const url = new URL(this.postgres.url);
    url.pathname = database;
    return url.href;
  }

  async connect(database: string): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: this.url(database) });
    client.on("error", () => undefined);
    await client.connect();
    return client;
  }

  /** A database with Adda's schema and this crowd in it. */
  async forAdda(crowd: Crowd): Promise<string> {
    const migrated = await this.#template("template_adda", "template1", () =>
      migrate(this.url("template_adda"), MIGRATIONS),
    );
    return this.#copy(await this.#template(`template_${crowdName(crowd)}`, migrated, (db) => seedCrowd(db, crowd)));
  }

  /** A database with the one table of the peers that insert each message by itself. */
  async forPeers(): Promise<string> {
    const fill = (db: pg.Client) => db.query(readFileSync(PEERS_SCHEMA, "utf8"));
    return this.#copy(await this.#template("template_peers", "template1", fill));
  }

  async drop(database: string): Promise<void> {
    for (let tries = 20; ; tries--) {
      try {
        await this.admin.query(`DROP DATABASE "${database}" WITH (FORCE)`);
        return;
      } catch (error) {
        // An autovacuum worker is nobody's to end but the superuser's; it ends by itself.
        if (tries === 0 || (error as { code?: string }).code !== INSUFFICIENT_PRIVILEGE) throw error;
        await sleep(500);
      }
    }
  }

  /** Transactions that this database has finished; each statement outside a transaction is one. */
  async transactions(database: string): Promise<number> {
    const sql = "SELECT xact_commit + xact_rollback AS n FROM pg_stat_database WHERE datname = $1";
    return Number((await this.admin.query(sql, [database])).rows[0].n);
  }

  cpuSeconds(): number {
    return cpuSeconds(processTree(this.pid));
  }

  async version(): Promise<string> {
    return String((await this.admin.query("SHOW server_version")).rows[0].server_version);
  }

  async #template(name: string, from: string, fill: (db: pg.Client) => Promise<unknown>): Promise<string> {
    if (this.#templates.has(name)) return name;
    await this.#create(name, from);
    const db = await this.connect(name);
    await fill(db);
    await db.end();
    this.#templates.add(name);
    return name;
  }

  async #copy(template: string): Promise<string> {
    const name = `run_${++this.#runs}`;
    await this.#create(name, template);
    return name;
  }

  /** Copying files checkpoints first, so what one run left dirty is not paid for by the next. */
  async #create(name: string, template: string): Promise<void> {
    await this.admin.query(`CREATE DATABASE "${name}" TEMPLATE "${template}" STRATEGY file_copy`);
  }
}

function endNow(pid: number, directory: string): void {
  try {
    process.kill(pid, "SIGQUIT");
  } catch {
    // It was stopped.
  }
  rmSync(directory, { recursive: true, force: true });
}
