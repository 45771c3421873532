import cluster from "node:cluster";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { CannotStart } from "./cannot-start";
import type { Config } from "./config";
import { closeDataDir } from "./data-dir";
import { migrate } from "./db/migrate";
import { isDatabaseAway } from "./domain/database-away";
import { log } from "./log";
import { startPostgres } from "./postgres/embedded";

/** For migrations, the claim on the folder, and whoever looks into it with psql. */
const RESERVED_CONNECTIONS = 20;
const DATABASE_POLL_MS = 500;

export type Database = { url: string; stop(): Promise<void> };

type OpenOptions = {
  /** Told what an operator should know of the migrations. */
  warn?(line: string): void;
  /** Ends the wait for a database that is not there yet. */
  signal?: AbortSignal;
};

/** The database that the operator names, or the embedded one under `DATA_DIR`, with its migrations applied. */
export async function openDatabase(
  config: Config,
  migrations: string,
  { warn = warnOnce, signal }: OpenOptions = {},
): Promise<Database> {
  const database = await openUnmigrated(config, signal);
  try {
    const applied = await migrate(database.url, migrations, { warn });
    if (applied.length > 0) log.debug({ applied }, "Migrations applied.");
    return database;
  } catch (error) {
    await database.stop();
    throw error;
  }
}

/** Of several processes the one that started the others speaks for all. */
function warnOnce(line: string): void {
  if (cluster.isPrimary) log.warn(line);
}

/** The same database as it is found. */
export async function openUnmigrated(config: Config, signal?: AbortSignal): Promise<Database> {
  closeDataDir(config.dataDir, { hasDatabase: !config.databaseUrl });
  return config.databaseUrl ? checkDatabase(config.databaseUrl, config.databaseWaitMs, signal) : openEmbedded(config);
}

/** A machine that starts everything at once starts Adda before its database. */
async function checkDatabase(url: string, waitMs: number, signal?: AbortSignal): Promise<Database> {
  const until = performance.now() + waitMs;
  for (let isTold = false; ; isTold = true) {
    const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
    // A lost connection shows by itself: what is asked of it fails.
    client.on("error", () => {});
    try {
      await client.connect();
      await client.end();
      return { url, stop: async () => {} };
    } catch (error) {
      if (!isDatabaseAway(first(error)) || performance.now() >= until) {
        throw new CannotStart(`The database in DATABASE_URL does not let Adda in: ${reasonOf(error)}`);
      }
      const seconds = Math.round(waitMs / 1_000);
      if (!isTold)
        log.warn(`The database is not there yet (${reasonOf(error)}). Adda waits for it, ${seconds} s at most.`);
    }
    await sleep(DATABASE_POLL_MS, undefined, { signal });
  }
}

function openEmbedded({ dataDir, publicUrl, processes, databasePoolSize }: Config): Promise<Database> {
  return startPostgres({
    dataDir,
    owner: `process ${process.pid}, ${publicUrl}`.slice(0, 63),
    address: publicUrl,
    onLost: (message) => {
      log.fatal(message);
      process.exit(1);
    },
    onTrouble: (message, error) => log.error({ err: error }, message),
    settings: { max_connections: Math.max(100, processes * databasePoolSize + RESERVED_CONNECTIONS) },
  });
}

/** A name with several addresses fails with one error for each, and an empty message. */
function reasonOf(error: unknown): string {
  const one = first(error);
  return one instanceof Error ? one.message : String(one);
}

function first(error: unknown): unknown {
  return error instanceof AggregateError ? error.errors[0] : error;
}
