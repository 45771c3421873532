import { redisBackplane } from "../backplane/redis";
import { type Config, setConfig } from "../config";
import { type Database, openDatabase, openUnmigrated } from "../database";
import { connect } from "../db/connect";
import { checkMigrations, migrate } from "../db/migrate";
import { MIGRATIONS } from "../environment";
import { notifyingBackplane } from "../outside-events";
import { findRunningPostgres } from "../postgres/embedded";
import { readOwner } from "../postgres/folder-lock";
import { type Shared, setShared } from "../shared";
import { CommandFailed } from "./command";

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
  const database = running ?? (await openForCommand(config));
  if (running || config.databaseUrl) await requireMigrated(database.url);
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

/** Nobody else uses the embedded database that a command starts: there it migrates, as a start does. */
function openForCommand(config: Config): Promise<Database> {
  return config.databaseUrl ? openUnmigrated(config) : openDatabase(config, MIGRATIONS, { warn: sayOnStderr });
}

/**
 * A command of the next version does not migrate under the server of the previous one.
 * @throws CommandFailed when the database lacks what this version needs; an empty one is migrated.
 */
async function requireMigrated(databaseUrl: string): Promise<void> {
  const { pending, isNew } = await checkMigrations(databaseUrl, MIGRATIONS);
  if (isNew) await migrate(databaseUrl, MIGRATIONS, { warn: sayOnStderr });
  else if (pending[0]) {
    throw new CommandFailed(
      `The database lacks the migration ${pending[0].name} of this version. Start this version first, or run the command in the folder of the version that runs.`,
    );
  }
}

function sayOnStderr(line: string): void {
  process.stderr.write(`${line}\n`);
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
