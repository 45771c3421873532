import { join } from "node:path";
import { redisBackplane } from "../backplane/redis";
import { type Config, setConfig } from "../config";
import { openDatabase, openUnmigrated } from "../database";
import { connect } from "../db/connect";
import { ROOT } from "../environment";
import { notifyingBackplane } from "../outside-events";
import { findRunningPostgres } from "../postgres/embedded";
import { readOwner } from "../postgres/folder-lock";
import { type Shared, setShared } from "../shared";

const CONNECTIONS = 4;

/**
 * Runs a command's work on the server's database, where the domain looks for it: next to a running server, or, when none
 * runs, on the embedded database that is started for it. What the work publishes reaches the server through Redis, or without it through PostgreSQL.
 */
export async function withDatabase<Value>(
  config: Config,
  work: (databaseUrl: string) => Promise<Value>,
): Promise<Value> {
  const running = config.databaseUrl ? null : await findRunningPostgres(config.dataDir);
  const owner = running && !process.env.PUBLIC_URL ? readOwner(config.dataDir) : null;
  // Links that a command prints lead to the server that runs, on whatever port that is.
  if (owner) setConfig({ ...config, publicUrl: owner.address });
  const database = running ?? (await openDatabase(config, join(ROOT, "prisma/migrations")));
  const { pool, prisma } = connect(database.url, { max: CONNECTIONS });
  const backplane = config.redisUrl ? redisBackplane(config.redisUrl) : notifyingBackplane(pool);
  // Commands touch no files and read no links.
  setShared({ pool, prisma, backplane } as Shared);
  try {
    return await work(database.url);
  } finally {
    await backplane.close();
    await prisma.$disconnect();
    await pool.end();
    await database.stop();
  }
}

/** The same without migrations and without the domain: the database as it is found, or an empty one. */
export async function withDatabaseAsFound<Value>(
  config: Config,
  work: (databaseUrl: string) => Promise<Value>,
): Promise<Value> {
  const running = config.databaseUrl ? null : await findRunningPostgres(config.dataDir);
  const database = running ?? (await openUnmigrated(config));
  try {
    return await work(database.url);
  } finally {
    await database.stop();
  }
}
