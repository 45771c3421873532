import { existsSync } from "node:fs";
import type { Config } from "../config";
import { type Database, openUnmigrated } from "../database";
import { checkMigrations } from "../db/migrate";
import { findBreaking } from "../db/migrations";
import { MIGRATIONS } from "../environment";
import { clusterPath } from "../postgres/cluster";
import { findRunningPostgres } from "../postgres/embedded";
import type { Command } from "./command";

type PendingMigration = {
  name: string;
  /** Whether the version whose migrations the database has can go on running, and start again, after this one. */
  previousRuns: boolean;
};

export const upgradeCheck: Command = {
  name: "upgrade-check",
  summary: "Lists the migrations that this version will apply, and applies none",
  async run({ config, print }) {
    const database = await findDatabase(config);
    try {
      const found = database && (await checkMigrations(database.url, MIGRATIONS));
      if (!found || found.isNew) {
        print({ pending: [], newer: [], rolling: true }, "There is no database yet: the first start makes it.");
        return;
      }
      const names = found.pending.map(({ name }) => name);
      const breaking = new Set(findBreaking(names));
      const pending = names.map((name) => ({ name, previousRuns: !breaking.has(name) }));
      print({ pending, newer: found.newer, rolling: breaking.size === 0 }, explain(pending, found.newer));
    } finally {
      await database?.stop();
    }
  },
};

/** Next to a running server or without one; null where there is none, for a check makes none. */
async function findDatabase(config: Config): Promise<Database | null> {
  if (config.databaseUrl) return openUnmigrated(config);
  const running = await findRunningPostgres(config.dataDir);
  if (running) return running;
  return existsSync(clusterPath(config.dataDir)) ? openUnmigrated(config) : null;
}

function explain(pending: PendingMigration[], newer: string[]): string {
  if (newer.length > 0) {
    return `The database is newer than this version, which can work with it. It has ${newer.join(", ")}.`;
  }
  if (pending.length === 0) return "The database has every migration of this version.";
  const lines = pending.map(
    ({ name, previousRuns }) =>
      `  ${name}  ${previousRuns ? "the previous version runs on" : "BREAKS the previous version"}`,
  );
  const advice = pending.every(({ previousRuns }) => previousRuns)
    ? "Replace one process after the other: the previous version can run, and start again, until all are replaced."
    : "Stop every process of the previous version first, and make a backup: it cannot run on the database afterwards.";
  return [`This version applies ${pending.length} when it starts:`, ...lines, advice].join("\n");
}
