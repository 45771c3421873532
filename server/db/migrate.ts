import { setTimeout as sleep } from "node:timers/promises";
import { Client, DatabaseError } from "pg";
import { CannotStart } from "../cannot-start";
import { LockWatch } from "./lock-watch";
import {
  compareMigrations,
  type Difference,
  hasUnfinished,
  type Migration,
  readMigrations,
  readRecorded,
} from "./migrations";

/** The lock that `prisma migrate deploy` takes as well, so that the two never run at once. */
const PRISMA_MIGRATE_LOCK = 72_707_369;

const LOCK_NOT_AVAILABLE = "55P03";
const DEADLOCK_DETECTED = "40P01";
const RETRY_PAUSE_MS = 2_000;

type Options = {
  /** Told what an operator should know: a wait that takes long, a database that is newer. */
  warn?(line: string): void;
  /**
   * Longest wait of one try for a lock, in ms. Everybody who comes after a waiting `ALTER TABLE` waits for it too, so a try
   * is given up before senders notice, and begun again.
   */
  lockTimeoutMs?: number;
  /** How long one migration is tried again, in ms. */
  patienceMs?: number;
  /** Shortest wait that is told, in ms. */
  tellAfterMs?: number;
  /** Leaves the others to a later call. */
  only?(name: string): boolean;
};

/**
 * Applies the migrations that this database lacks, each in one transaction, and records them as
 * `prisma migrate deploy` does, so that either can continue the other's work. Processes that start
 * together take turns. Answers with the names that it applied.
 * @throws CannotStart when the database and the migrations do not belong together, or one fails.
 */
export async function migrate(databaseUrl: string, folder: string, options: Options = {}): Promise<string[]> {
  const {
    warn = () => {},
    lockTimeoutMs = 3_000,
    patienceMs = 120_000,
    tellAfterMs = 2_000,
    only = () => true,
  } = options;
  const migrations = await readMigrations(folder);

  return withClient(databaseUrl, async (client) => {
    // Most starts have nothing to apply, and must not wait for one that has.
    if (!hasUnfinished(await readRecorded(client)) && (await findPending(client)).length === 0) return [];

    let waiting = "The start of Adda";
    const watch = new LockWatch({
      databaseUrl,
      pid: await readPid(client),
      afterMs: tellAfterMs,
      onWaiting: () => warn(`${waiting} waits for ${watch.describe()}.`),
    });
    try {
      await client.query("SELECT pg_advisory_lock($1)", [PRISMA_MIGRATE_LOCK]);
      await client.query(MIGRATIONS_TABLE);
      const pending = await findPending(client);
      for (const migration of pending) {
        waiting = `The migration ${migration.name}`;
        await applyPatiently(client, migration, { lockTimeoutMs, patienceMs, watch });
      }
      return pending.map(({ name }) => name);
    } finally {
      await watch.stop();
    }
  });

  async function findPending(client: Client): Promise<Migration[]> {
    const { pending, newer } = compareMigrations(migrations, await readRecorded(client));
    if (newer.length > 0) warn(describeNewer(newer));
    return pending.filter(({ name }) => only(name));
  }
}

/** What `migrate` would do, without doing it. @throws CannotStart as it does. */
export async function checkMigrations(databaseUrl: string, folder: string): Promise<Difference> {
  const migrations = await readMigrations(folder);
  return withClient(databaseUrl, async (client) => compareMigrations(migrations, await readRecorded(client)));
}

async function withClient<Value>(databaseUrl: string, work: (client: Client) => Promise<Value>): Promise<Value> {
  const client = new Client({ connectionString: databaseUrl, application_name: "adda migrate" });
  // A lost connection shows by itself: the next statement fails.
  client.on("error", () => {});
  await client.connect();
  try {
    // A role's own limits are meant for the server's statements. A migration may rewrite a table.
    await client.query("SET statement_timeout = 0; SET lock_timeout = 0");
    return await work(client);
  } finally {
    await client.end();
  }
}

async function readPid(client: Client): Promise<number> {
  const { rows } = await client.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
  return rows[0]?.pid ?? 0;
}

function describeNewer(newer: string[]): string {
  return `A newer Adda has migrated the database (${newer.join(", ")}). This one can work with it; update it soon.`;
}

type Patience = { lockTimeoutMs: number; patienceMs: number; watch: LockWatch };

async function applyPatiently(client: Client, migration: Migration, patience: Patience): Promise<void> {
  const { lockTimeoutMs, patienceMs, watch } = patience;
  for (const until = performance.now() + patienceMs; ; ) {
    try {
      return await apply(client, migration, lockTimeoutMs);
    } catch (error) {
      if (!isLockTrouble(error)) {
        throw new CannotStart(`The migration ${migration.name} does not apply: ${(error as Error).message}`);
      }
      if (performance.now() >= until) {
        throw new CannotStart(
          `The migration ${migration.name} was tried for ${Math.round(patienceMs / 1_000)} s and waits for ${watch.describe()}, and start Adda again.`,
        );
      }
    }
    await sleep(Math.min(RETRY_PAUSE_MS, lockTimeoutMs));
  }
}

async function apply(client: Client, { name, sql, checksum }: Migration, lockTimeoutMs: number): Promise<void> {
  await client.query("BEGIN");
  try {
    await client.query("SELECT set_config('lock_timeout', $1, true)", [String(lockTimeoutMs)]);
    await client.query(
      `INSERT INTO "_prisma_migrations" (id, checksum, migration_name, started_at) VALUES (gen_random_uuid(), $1, $2, clock_timestamp())`,
      [checksum, name],
    );
    await client.query(sql);
    await client.query(
      `UPDATE "_prisma_migrations" SET finished_at = clock_timestamp(), applied_steps_count = 1 WHERE migration_name = $1 AND finished_at IS NULL`,
      [name],
    );
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK");
    throw error;
  }
}

function isLockTrouble(error: unknown): boolean {
  return error instanceof DatabaseError && (error.code === LOCK_NOT_AVAILABLE || error.code === DEADLOCK_DETECTED);
}

/** Word for word what Prisma makes. */
const MIGRATIONS_TABLE = `
CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
    "id"                    VARCHAR(36) PRIMARY KEY NOT NULL,
    "checksum"              VARCHAR(64) NOT NULL,
    "finished_at"           TIMESTAMPTZ,
    "migration_name"        VARCHAR(255) NOT NULL,
    "logs"                  TEXT,
    "rolled_back_at"        TIMESTAMPTZ,
    "started_at"            TIMESTAMPTZ NOT NULL DEFAULT now(),
    "applied_steps_count"   INTEGER NOT NULL DEFAULT 0
)`;
