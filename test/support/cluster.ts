import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { migrate } from "@/server/db/migrate";
import { startPostgres } from "@/server/postgres/embedded";

/** Every test database is a copy of this one: migrated once, copied in milliseconds. */
export const TEMPLATE = "adda_template";

/** How the test processes of one run learn of its cluster. */
const CLUSTER_VARIABLE = "ADDA_TEST_CLUSTER_URL";

/** What a test must never wait for: a test's database has no tomorrow. */
const SETTINGS = {
  fsync: "off",
  synchronous_commit: "off",
  full_page_writes: "off",
  shared_buffers: "64MB",
  max_connections: 400,
};

export function clusterUrl(): string {
  const url = process.env[CLUSTER_VARIABLE];
  if (!url) throw new Error("No test cluster runs: start the tests with vitest's or Playwright's own configuration.");
  return url;
}

/** One PostgreSQL for the whole run, in a folder that goes with it. Vitest's and Playwright's global setup. */
export default async function startCluster(): Promise<() => Promise<void>> {
  const dataDir = await mkdtemp(join(tmpdir(), "adda-test-"));
  const postgres = await startPostgres({ dataDir, owner: "tests", onTrouble: console.error, settings: SETTINGS });
  process.env[CLUSTER_VARIABLE] = postgres.url;
  await execute(`CREATE DATABASE ${TEMPLATE}`);
  await migrate(databaseUrl(TEMPLATE), "prisma/migrations");

  return async () => {
    await postgres.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
}

export function databaseUrl(name: string): string {
  const url = new URL(clusterUrl());
  url.pathname = `/${name}`;
  return url.href;
}

/** Runs one statement outside every test database. */
export async function execute(sql: string): Promise<void> {
  const client = new Client({ connectionString: clusterUrl() });
  // A lost connection shows by itself: the statement fails.
  client.on("error", () => {});
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
