import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Pool } from "pg";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { migrate } from "@/server/db/migrate";
import { createEmptyDatabase, type TestDatabase } from "../support/database";

let database: TestDatabase;
let pool: Pool;
let folder: string;

beforeEach(async () => {
  database = await createEmptyDatabase();
  pool = new Pool({ connectionString: database.url, max: 2 });
  folder = await mkdtemp(join(tmpdir(), "adda-migrations-"));
});

afterEach(async () => {
  await pool.end();
  await database.stop();
  await rm(folder, { recursive: true });
});

async function addMigration(name: string, sql: string): Promise<void> {
  await mkdir(join(folder, name), { recursive: true });
  await writeFile(join(folder, name, "migration.sql"), sql);
}

async function recorded() {
  const { rows } = await pool.query(`SELECT * FROM "_prisma_migrations" ORDER BY started_at`);
  return rows;
}

describe("migrate", () => {
  it("applies what is missing, in the order of the names, and nothing twice", async () => {
    await addMigration("2_more", `ALTER TABLE "Thing" ADD COLUMN "size" INTEGER`);
    await addMigration("1_first", `CREATE TABLE "Thing" (id INTEGER); INSERT INTO "Thing" VALUES (1);`);

    expect(await migrate(database.url, folder)).toEqual(["1_first", "2_more"]);
    expect(await migrate(database.url, folder)).toEqual([]);
    await addMigration("3_last", `ALTER TABLE "Thing" ADD COLUMN "color" TEXT`);
    expect(await migrate(database.url, folder)).toEqual(["3_last"]);

    expect((await pool.query(`SELECT * FROM "Thing"`)).rows).toEqual([{ id: 1, size: null, color: null }]);
  });

  it("records as prisma migrate deploy does", async () => {
    await cp("prisma/migrations", folder, { recursive: true });
    const [name] = await migrate(database.url, folder);

    const [row] = await recorded();
    expect(row).toMatchObject({ migration_name: name, logs: null, rolled_back_at: null, applied_steps_count: 1 });
    expect(row.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(row.checksum).toMatch(/^[0-9a-f]{64}$/);
    expect(row.finished_at.getTime()).toBeGreaterThanOrEqual(row.started_at.getTime());
  });

  it("lets processes that start together take turns", async () => {
    await addMigration("1_first", `CREATE TABLE "Thing" (id INTEGER)`);
    const applied = await Promise.all(Array.from({ length: 8 }, () => migrate(database.url, folder)));

    expect(applied.flat()).toEqual(["1_first"]);
    expect(await recorded()).toHaveLength(1);
  });

  it("leaves nothing of a migration that fails, so that the mended one applies", async () => {
    await addMigration("1_first", `CREATE TABLE "Thing" (id INTEGER); SELECT 1 / 0;`);
    await expect(migrate(database.url, folder)).rejects.toThrow("1_first does not apply: division by zero");
    expect(await recorded()).toEqual([]);

    await addMigration("1_first", `CREATE TABLE "Thing" (id INTEGER)`);
    expect(await migrate(database.url, folder)).toEqual(["1_first"]);
  });

  it("refuses a migration that was changed after it was applied", async () => {
    await addMigration("1_first", "SELECT 1");
    await migrate(database.url, folder);
    await addMigration("1_first", "SELECT 2");

    await expect(migrate(database.url, folder)).rejects.toThrow("1_first was changed after this database applied it");
  });

  it("refuses a database that is newer than itself", async () => {
    await addMigration("1_first", "SELECT 1");
    await migrate(database.url, folder);
    await rm(join(folder, "1_first"), { recursive: true });

    await expect(migrate(database.url, folder)).rejects.toThrow("which this Adda does not know");
  });

  it("refuses a database on which Prisma left a migration half-way", async () => {
    await addMigration("1_first", "SELECT 1");
    await migrate(database.url, folder);
    await pool.query(`UPDATE "_prisma_migrations" SET finished_at = NULL`);

    await expect(migrate(database.url, folder)).rejects.toThrow("1_first failed half-way");

    await pool.query(`UPDATE "_prisma_migrations" SET rolled_back_at = now()`);
    expect(await migrate(database.url, folder)).toEqual(["1_first"]);
  });
});
