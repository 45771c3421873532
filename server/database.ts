import { Client } from "pg";
import { CannotStart } from "./cannot-start";
import type { Config } from "./config";
import { closeDataDir } from "./data-dir";
import { migrate } from "./db/migrate";
import { log } from "./log";
import { startPostgres } from "./postgres/embedded";

/** For migrations, the claim on the folder, and whoever looks into it with psql. */
const RESERVED_CONNECTIONS = 20;

export type Database = { url: string; stop(): Promise<void> };

/** The database that the operator names, or the embedded one under `DATA_DIR`, with its migrations applied. */
export async function openDatabase(config: Config, migrations: string): Promise<Database> {
  closeDataDir(config.dataDir, { hasDatabase: !config.databaseUrl });
  const database = config.databaseUrl ? await checkDatabase(config.databaseUrl) : await openEmbedded(config);
  try {
    const applied = await migrate(database.url, migrations);
    if (applied.length > 0) log.debug({ applied }, "Migrations applied.");
    return database;
  } catch (error) {
    await database.stop();
    throw error;
  }
}

async function checkDatabase(url: string): Promise<Database> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  // A lost connection shows by itself: what is asked of it fails.
  client.on("error", () => {});
  try {
    await client.connect();
    await client.end();
  } catch (error) {
    throw new CannotStart(`The database in DATABASE_URL does not let Adda in: ${reasonOf(error)}`);
  }
  return { url, stop: async () => {} };
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
  const first = error instanceof AggregateError ? error.errors[0] : error;
  return first instanceof Error ? first.message : String(first);
}
