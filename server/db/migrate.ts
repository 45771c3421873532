import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { Client } from "pg";
import { CannotStart } from "../cannot-start";

/** The lock that `prisma migrate deploy` takes as well, so that the two never run at once. */
const PRISMA_MIGRATE_LOCK = 72_707_369;

type Migration = { name: string; sql: string; checksum: string };
type Recorded = { migration_name: string; checksum: string; finished_at: Date | null; rolled_back_at: Date | null };

/**
 * Applies the migrations that this database lacks, each in one transaction, and records them as
 * `prisma migrate deploy` does, so that either can continue the other's work. Processes that start
 * together take turns. Answers with the names that it applied.
 * @throws CannotStart when the database and the migrations do not belong together, or one fails.
 */
export async function migrate(databaseUrl: string, folder: string): Promise<string[]> {
  const migrations = await readMigrations(folder);
  const client = new Client({ connectionString: databaseUrl, application_name: "adda migrate" });
  // A lost connection shows by itself: the next statement fails.
  client.on("error", () => {});
  await client.connect();
  try {
    await client.query("SELECT pg_advisory_lock($1)", [PRISMA_MIGRATE_LOCK]);
    await client.query(MIGRATIONS_TABLE);
    const pending = findPending(migrations, await readRecorded(client));
    for (const migration of pending) await apply(client, migration);
    return pending.map(({ name }) => name);
  } finally {
    await client.end();
  }
}

/** Compares what the folder holds with what the database says was applied. */
function findPending(migrations: Migration[], recorded: Recorded[]): Migration[] {
  const standing = recorded.filter(({ rolled_back_at }) => rolled_back_at === null);
  const known = new Map(migrations.map((migration) => [migration.name, migration]));

  for (const { migration_name: name, checksum, finished_at } of standing) {
    const migration = known.get(name);
    if (!finished_at) {
      throw new CannotStart(
        `The migration ${name} failed half-way on this database: mend it, then mark it with \`npx prisma migrate resolve\`.`,
      );
    }
    if (!migration) {
      throw new CannotStart(
        `The database has the migration ${name}, which this Adda does not know: it is newer. Update Adda.`,
      );
    }
    if (migration.checksum !== checksum) {
      throw new CannotStart(`The migration ${name} was changed after this database applied it: restore its file.`);
    }
  }

  const applied = new Set(standing.map(({ migration_name }) => migration_name));
  return migrations.filter(({ name }) => !applied.has(name));
}

async function readMigrations(folder: string): Promise<Migration[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  return Promise.all(
    names.sort().map(async (name) => {
      const sql = await readFile(join(folder, name, "migration.sql"), "utf8");
      return { name, sql, checksum: createHash("sha256").update(sql).digest("hex") };
    }),
  );
}

async function readRecorded(client: Client): Promise<Recorded[]> {
  const { rows } = await client.query<Recorded>(
    `SELECT migration_name, checksum, finished_at, rolled_back_at FROM "_prisma_migrations" ORDER BY started_at`,
  );
  return rows;
}

async function apply(client: Client, { name, sql, checksum }: Migration): Promise<void> {
  await client.query("BEGIN");
  try {
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
    throw new CannotStart(`The migration ${name} does not apply: ${(error as Error).message}`);
  }
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
