import { execFile } from "node:child_process";
import cluster from "node:cluster";
import { resolve } from "node:path";
import { promisify } from "node:util";
import type { Config } from "../config";
import { findLastBackup } from "../domain/backups";
import { ROOT } from "../environment";
import { log } from "../log";
import { shared } from "../shared";
import { parsePlaceAddress } from "./place-address";

const LOOK_INTERVAL_MS = 60_000;
/** After a failure the next try waits for so long, or for the interval where that is shorter. */
const RETRY_MS = 10 * 60_000;

/**
 * Makes a backup as often as the operator wants, in a process of its own: reading all messages must not slow anybody down. Of
 * several processes the first one does; on several machines the database knows which was first.
 */
export function scheduleBackups(config: Config): { stop(): Promise<void> } {
  const { backups, backupKeyFile, dataDir } = config;
  if (!backups || (!cluster.isPrimary && cluster.worker?.id !== 1)) return { stop: async () => {} };
  const { name: dir = backups.to } = parsePlaceAddress(backups.to) ?? {};
  const stopping = new AbortController();
  let waitUntil = 0;
  let running = Promise.resolve();
  const timer = setInterval(look, LOOK_INTERVAL_MS);
  timer.unref();
  look();
  return {
    async stop() {
      clearInterval(timer);
      stopping.abort();
      await running;
    },
  };

  function look(): void {
    running = running.then(makeWhenDue);
  }

  async function makeWhenDue(): Promise<void> {
    if (!backups || performance.now() < waitUntil || stopping.signal.aborted) return;
    try {
      const last = await findLastBackup(shared().pool, dir);
      if (last && Date.now() - last.getTime() < backups.everyMs) return;
      const argv = [
        "--import",
        "tsx",
        "server/cli.ts",
        "backup",
        dir,
        "--json",
        ...(backupKeyFile ? ["--key-file", resolve(backupKeyFile)] : []),
        ...(backups.keep ? ["--keep", backups.keep] : []),
      ];
      const { stdout } = await promisify(execFile)(process.execPath, argv, {
        cwd: ROOT,
        env: { ...process.env, DATA_DIR: dataDir },
        signal: stopping.signal,
        killSignal: "SIGTERM",
      });
      const { backup, rows, files, missing } = JSON.parse(stdout);
      log.info({ backup, rows, files, missing }, "A backup was made.");
    } catch (error) {
      if (stopping.signal.aborted) return;
      waitUntil = performance.now() + Math.min(RETRY_MS, backups.everyMs);
      const { stderr } = error as { stderr?: string };
      log.error({ err: error, said: stderr?.trim().slice(0, 500) }, `A backup to ${dir} failed. It is tried again.`);
    }
  }
}
