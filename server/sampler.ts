import cluster from "node:cluster";
import { findLastBackup } from "./domain/backups";
import { measureServer } from "./domain/server-size";
import { log } from "./log";
import { metrics } from "./metrics";
import { shared } from "./shared";

const INTERVAL_MS = 60_000;

/** Keeps the metrics that are read from the database: of several processes on one port, the first one does. */
export function startSampler(): { stop(): Promise<void> } {
  if (!cluster.isPrimary && cluster.worker?.id !== 1) return { stop: async () => {} };
  let running = sample();
  const timer = setInterval(() => {
    running = running.then(sample);
  }, INTERVAL_MS);
  timer.unref();
  return {
    stop() {
      clearInterval(timer);
      return running;
    },
  };
}

async function sample(): Promise<void> {
  try {
    const { active, deactivated, storedBytes } = await measureServer();
    metrics().accounts.set({ state: "active" }, active);
    metrics().accounts.set({ state: "deactivated" }, deactivated);
    metrics().storedBytes.set(storedBytes);
    metrics().lastBackup.set(((await findLastBackup(shared().pool))?.getTime() ?? 0) / 1_000);
  } catch (error) {
    log.debug(
      { err: error },
      "What the metrics tell of the database could not be read; that is tried again in a minute.",
    );
  }
}
