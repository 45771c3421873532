import { randomBytes } from "node:crypto";
import type { Pool } from "pg";
import { connect } from "@/server/db/connect";
import type { PrismaClient } from "@/server/db/generated/client";
import { databaseUrl, execute, TEMPLATE } from "./cluster";

export type TestDatabase = { url: string; stop(): Promise<void> };
export type ConnectedTestDatabase = TestDatabase & { pool: Pool; prisma: PrismaClient };

/** A migrated database without rows, for one test file alone. */
export function createTestDatabase(): Promise<TestDatabase> {
  return createDatabase(TEMPLATE);
}

/** A database without even a table. */
export function createEmptyDatabase(): Promise<TestDatabase> {
  return createDatabase("template1");
}

async function createDatabase(template: string): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString("hex")}`;
  await execute(`CREATE DATABASE ${name} TEMPLATE ${template}`);
  return { url: databaseUrl(name), stop: () => execute(`DROP DATABASE ${name} WITH (FORCE)`) };
}

/** The same, with the pool and the Prisma client that the server would have. */
export async function startTestDatabase(options = { max: 10 }): Promise<ConnectedTestDatabase> {
  const database = await createTestDatabase();
  const { pool, prisma } = connect(database.url, options);
  return {
    url: database.url,
    pool,
    prisma,
    async stop() {
      await prisma.$disconnect();
      if (!pool.ended) await pool.end();
      await database.stop();
    },
  };
}
