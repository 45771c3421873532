import type { ChildProcess } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Client } from "pg";
import { CannotStart } from "../cannot-start";
import { claim, connectWhenReady } from "./claim";
import { type Cluster, clusterPath, DATABASE, lastWords, openCluster, ROLE } from "./cluster";
import { announceOwner, hasFlock, LOCKED, ownedBy, readOwner, requireFreeFolder } from "./folder-lock";
import {
  findFreePort,
  findPostmaster,
  isChildOf,
  type PostgresSettings,
  spawnPostmaster,
  stopPostmaster,
} from "./postmaster";

const RESTART_DELAY_MS = 500;

export type EmbeddedPostgres = { url: string; stop(): Promise<void> };

type Options = {
  dataDir: string;
  /** Told to whoever tries to start a second Adda on the same folder; at most 63 characters. */
  owner: string;
  /** Where the owner is reached, for the same. */
  address?: string;
  /** Told when another server has taken the folder: this one must not go on. */
  onLost?(message: string): void;
  /** Told when PostgreSQL died by itself, and when it is back. */
  onTrouble(message: string, error?: unknown): void;
  settings?: PostgresSettings;
};

type Running = { child: ChildProcess; claimed: Client };

/**
 * Starts the PostgreSQL that lives under `dataDir`, makes it when there is none, and starts it again
 * should it die. It goes on when this process is killed; the next start finds and replaces it.
 * @throws CannotStart when another Adda has it, or it does not start.
 */
export async function startPostgres({
  dataDir,
  owner,
  address = owner,
  onTrouble,
  onLost,
  settings = {},
}: Options): Promise<EmbeddedPostgres> {
  const cluster = await openCluster(dataDir);
  const usesFlock = await hasFlock(cluster);
  await stopOrphan(cluster, dataDir, owner);
  await requireFreeFolder(cluster, dataDir, usesFlock);

  const port = await findFreePort();
  const url = urlOf(cluster, port);
  let isStopping = false;
  let child: ChildProcess | undefined;
  // When this process ends, the database is told to end too; only a `kill -9` leaves an orphan.
  const onExit = () => child?.kill("SIGINT");
  process.once("exit", onExit);
  let relaunching = Promise.resolve();

  try {
    await launch();
  } catch (error) {
    process.off("exit", onExit);
    throw error;
  }
  const stopAnnouncing = announceOwner(dataDir, address);

  return {
    url,
    async stop() {
      isStopping = true;
      await relaunching;
      process.off("exit", onExit);
      stopAnnouncing();
      if (child?.pid !== undefined && isRunning(child)) await stopPostmaster(cluster.path, child.pid);
    },
  };

  async function launch(): Promise<void> {
    const launched = spawnPostmaster(cluster, port, settings, usesFlock);
    child = launched;
    const claimed = await connectWhenReady(url, owner, () => isRunning(launched));
    if (!claimed && launched.exitCode === LOCKED) throw ownedBy(dataDir);
    if (!claimed) throw new CannotStart(`The database in ${cluster.path} does not start: ${readLastWords(cluster)}`);
    await claim(claimed, dataDir);
    keepClaim({ child: launched, claimed });
    launched.once("exit", () => {
      relaunching = relaunch();
    });
  }

  async function relaunch(): Promise<void> {
    while (!isStopping) {
      onTrouble("The database stopped by itself and is started again. Its reason is in postgres.log.");
      try {
        await launch();
        return;
      } catch (error) {
        onTrouble("The database does not start.", error);
        await sleep(RESTART_DELAY_MS);
      }
    }
  }

  /** A backend that crashes ends all sessions, the claim's too, while the database goes on. */
  function keepClaim({ child, claimed }: Running): void {
    claimed.once("end", () => {
      if (!isStopping && isRunning(child)) void reclaim(child);
    });
  }

  async function reclaim(child: ChildProcess): Promise<void> {
    onTrouble("The database ended its sessions after a crash of one of them. Adda claims its folder again.");
    try {
      const claimed = await connectWhenReady(url, owner, () => isRunning(child) && !isStopping);
      if (!claimed) return;
      await claim(claimed, dataDir);
      keepClaim({ child, claimed });
    } catch (error) {
      // Another server has the claim: to go on would be two owners.
      if (error instanceof CannotStart) onLost?.(error.message);
      else onTrouble("The database could not be claimed again.", error);
    }
  }
}

/** The PostgreSQL that runs already under `dataDir`, for a command next to the server; it is not stopped by `stop`. */
export async function findRunningPostgres(dataDir: string): Promise<EmbeddedPostgres | null> {
  if (!existsSync(clusterPath(dataDir))) return null;
  const running = findPostmaster(clusterPath(dataDir));
  return running && { url: urlOf(await openCluster(dataDir), running.port), stop: async () => {} };
}

/** One that outlived a killed Adda is stopped, so that what runs is always a child of ours, with our settings. */
async function stopOrphan(cluster: Cluster, dataDir: string, owner: string): Promise<void> {
  const orphan = findPostmaster(cluster.path);
  if (!orphan) return;
  const recorded = readOwner(dataDir);
  // Its claim may be lost for a moment, after a crash of a backend.
  if (recorded && isChildOf(orphan, recorded.pid)) throw ownedBy(dataDir);
  const isAlive = () => findPostmaster(cluster.path)?.pid === orphan.pid;
  const client = await connectWhenReady(urlOf(cluster, orphan.port), owner, isAlive);
  if (!client) return;
  try {
    await claim(client, dataDir);
    await stopPostmaster(cluster.path, orphan.pid);
  } finally {
    await client.end();
  }
}

function urlOf(cluster: Cluster, port: number): string {
  return `postgresql://${ROLE}:${cluster.password}@127.0.0.1:${port}/${DATABASE}`;
}

function isRunning(child: ChildProcess): boolean {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null;
}

function readLastWords(cluster: Cluster): string {
  return lastWords(readFileSync(cluster.logPath, "utf8"));
}
