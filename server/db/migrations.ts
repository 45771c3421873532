import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Client } from "pg";
import { CannotStart } from "../cannot-start";

export type Migration = { name: string; sql: string; checksum: string };
export type Recorded = {
  migration_name: string;
  checksum: string;
  finished_at: Date | null;
  rolled_back_at: Date | null;
};
/** What each side lacks of the other. */
export type Difference = {
  /** Still to be applied here. */
  pending: Migration[];
  /** From a later version, which this one can work with. */
  newer: string[];
  /** Whether none was applied ever. */
  isNew: boolean;
};

export async function readMigrations(folder: string): Promise<Migration[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  return Promise.all(
    names.sort().map(async (name) => {
      const sql = await readFile(join(folder, name, "migration.sql"), "utf8");
      return { name, sql, checksum: createHash("sha256").update(sql).digest("hex") };
    }),
  );
}

/** What the database says was applied; nothing on one that is new. */
export async function readRecorded(client: Client): Promise<Recorded[]> {
  const table = await client.query<{ exists: boolean }>(
    `SELECT to_regclass('"_prisma_migrations"') IS NOT NULL AS exists`,
  );
  if (!table.rows[0]?.exists) return [];
  const { rows } = await client.query<Recorded>(
    `SELECT migration_name, checksum, finished_at, rolled_back_at FROM "_prisma_migrations" ORDER BY started_at`,
  );
  return rows;
}

/** Whether a migration was begun and did not end: under Prisma it may be running right now. */
export function hasUnfinished(recorded: Recorded[]): boolean {
  return recorded.some(({ finished_at, rolled_back_at }) => !finished_at && !rolled_back_at);
}

/**
 * Compares what the folder holds with what the database says was applied.
 * @throws CannotStart when the database and the migrations do not belong together.
 */
export function compareMigrations(migrations: Migration[], recorded: Recorded[]): Difference {
  const standing = recorded.filter(({ rolled_back_at }) => rolled_back_at === null);
  const known = new Map(migrations.map((migration) => [migration.name, migration]));
  const newer: string[] = [];

  for (const { migration_name: name, checksum, finished_at } of standing) {
    const migration = known.get(name);
    if (!finished_at) {
      throw new CannotStart(
        `The migration ${name} failed half-way on this database: mend it, then mark it with \`npx prisma migrate resolve\`.`,
      );
    }
    if (!migration) newer.push(name);
    else if (migration.checksum !== checksum) {
      throw new CannotStart(`The migration ${name} was changed after this database applied it: restore its file.`);
    }
  }

  const applied = new Set(standing.map(({ migration_name }) => migration_name));
  const pending = migrations.filter(({ name }) => !applied.has(name));
  requireCompatible(pending, newer.sort());
  return { pending, newer, isNew: standing.length === 0 };
}

/**
 * Which of these migrations stop a version that has none of them; sorted names in, sorted names out. By the word after
 * its time an `expand` migration only adds. A `contract` migration removes what the version before does not use any
 * more: a version that also lacks an earlier `expand` may still use it. Any other one breaks.
 */
export function findBreaking(names: string[]): string[] {
  const firstExpand = names.findIndex((name) => kindOf(name) === "expand");
  return names.filter((name, index) => {
    const kind = kindOf(name);
    return !(kind === "expand" || (kind === "contract" && (firstExpand === -1 || index < firstExpand)));
  });
}

function kindOf(name: string): string | undefined {
  return /^\d+_(expand|contract)_/.exec(name)?.[1];
}

/** A database that a later version has migrated serves this one too, while nothing that this one uses was removed. */
function requireCompatible(pending: Migration[], newer: string[]): void {
  const [breaking] = findBreaking(newer);
  if (breaking) {
    throw new CannotStart(
      `The database has the migration ${breaking}, which this Adda does not know and cannot work with: it is newer. Update Adda.`,
    );
  }
  if (newer.length > 0 && pending[0]) {
    throw new CannotStart(
      `The database has the migration ${newer[0]}, which this Adda does not know, and lacks ${pending[0].name}: another version of Adda made it. Update Adda.`,
    );
  }
}
