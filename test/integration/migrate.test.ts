import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client, Pool } from "pg";
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

async function removeMigration(name: string): Promise<void> {
  await rm(join(folder, name), { recursive: true });
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

  it("refuses a database that is newer than itself, and says which migration breaks it", async () => {
    await addMigration("1_first", "SELECT 1");
    await addMigration("2_expand_more", "SELECT 1");
    await addMigration("3_contract_less", "SELECT 1");
    await migrate(database.url, folder);
    await removeMigration("3_contract_less");
    await removeMigration("2_expand_more");

    await expect(migrate(database.url, folder)).rejects.toThrow("3_contract_less, which this Adda does not know and");
  });

  it("works with a newer database from which nothing was removed that it uses, and says so", async () => {
    await addMigration("1_first", "SELECT 1");
    await addMigration("2_contract_less", "SELECT 1");
    await addMigration("3_expand_more", "SELECT 1");
    await migrate(database.url, folder);
    await removeMigration("3_expand_more");
    await removeMigration("2_contract_less");

    const warned: string[] = [];
    expect(await migrate(database.url, folder, { warn: (line) => warned.push(line) })).toEqual([]);
    expect(warned).toEqual([
      expect.stringContaining("newer Adda has migrated the database (2_contract_less, 3_expand_more)"),
    ]);

    await addMigration("2_expand_other", "SELECT 1");
    await expect(migrate(database.url, folder)).rejects.toThrow("lacks 2_expand_other: another version of Adda");
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

describe("a migration that waits", () => {
  const hasty = { lockTimeoutMs: 200, tellAfterMs: 300 };
  let blocker: Client;
  let pid: number;

  beforeEach(async () => {
    await addMigration("1_first", `CREATE TABLE "Thing" (id INTEGER)`);
    await migrate(database.url, folder);
    blocker = new Client({ connectionString: database.url, application_name: "psql" });
    await blocker.connect();
    pid = (await blocker.query("SELECT pg_backend_pid() AS pid")).rows[0].pid;
  });
  afterEach(() => blocker.end());

  it("says once what holds it up and how to end that, lets others through meanwhile, and goes on by itself", async () => {
    await blocker.query("BEGIN");
    await blocker.query(`SELECT 'a secret' FROM "Thing"`);
    await addMigration("2_expand_more", `ALTER TABLE "Thing" ADD COLUMN "size" INTEGER`);

    const warned: string[] = [];
    const migrating = migrate(database.url, folder, { ...hasty, warn: (line) => warned.push(line) });
    await expect.poll(() => warned, { timeout: 10_000 }).toHaveLength(1);
    // Without an end of each try it would stand behind the one that waits, which stands behind the blocker.
    await pool.query(`SELECT * FROM "Thing"`);
    await blocker.query("COMMIT");

    expect(await migrating).toEqual(["2_expand_more"]);
    expect(warned).toHaveLength(1);
    expect(warned[0]).toMatch(
      new RegExp(
        `^The migration 2_expand_more waits for the database's session ${pid} \\(psql, idle in transaction, \\d+ s: SELECT … FROM "Thing"\\)\\. ` +
          `Let it finish, or end it with SELECT pg_terminate_backend\\(${pid}\\)\\.$`,
      ),
    );
  });

  it("gives up when its time is over, names what holds it up, and leaves nothing", async () => {
    await blocker.query("BEGIN");
    await blocker.query(`LOCK TABLE "Thing"`);
    await addMigration(
      "2_expand_more",
      `CREATE TABLE "Other" (id INTEGER); ALTER TABLE "Thing" ADD COLUMN "size" INTEGER`,
    );

    await expect(migrate(database.url, folder, { ...hasty, patienceMs: 2_000 })).rejects.toThrow(
      new RegExp(`2_expand_more was tried for 2 s and waits for the database's session ${pid} .*pg_terminate_backend`),
    );
    expect(await recorded()).toHaveLength(1);
    expect((await pool.query(`SELECT to_regclass('"Other"') AS other`)).rows).toEqual([{ other: null }]);
  });

  it("says that another process migrates, and holds up no start that has nothing to apply", async () => {
    await blocker.query("SELECT pg_advisory_lock(72707369)");
    expect(await migrate(database.url, folder)).toEqual([]);

    await addMigration("2_expand_more", "SELECT 1");
    const warned: string[] = [];
    const migrating = migrate(database.url, folder, { ...hasty, warn: (line) => warned.push(line) });
    await expect.poll(() => warned, { timeout: 10_000 }).toHaveLength(1);
    expect(warned[0]).toContain(`The start of Adda waits for the database's session ${pid} (psql, idle, `);
    await blocker.query("SELECT pg_advisory_unlock(72707369)");
    expect(await migrating).toEqual(["2_expand_more"]);
  });
});
