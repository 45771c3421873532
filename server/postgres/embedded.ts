import type { ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Client } from "pg";
import { CannotStart } from "../cannot-start";
import { claim, connectWhenReady } from "./claim";
import { type Cluster, DATABASE, lastWords, openCluster, ROLE } from "./cluster";
import {
  findFreePort,
  findPostmaster,
  forgetDeadPostmaster,
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
export async function startPostgres({ dataDir, owner, onTrouble, settings = {} }: Options): Promise<EmbeddedPostgres> {
  const cluster = await openCluster(dataDir);
  await stopOrphan(cluster, dataDir, owner);

  const port = await findFreePort();
  const url = urlOf(cluster, port);
  let isStopping = false;
  let running = await launch();

  async function launch(): Promise<Running> {
    forgetDeadPostmaster(cluster.path);
    const child = spawnPostmaster(cluster, port, settings);
    const claimed = await connectWhenReady(url, owner, () => isRunning(child));
    if (!claimed) throw new CannotStart(`The database in ${cluster.path} does not start: ${readLastWords(cluster)}`);
    await claim(claimed, dataDir);
    child.once("exit", () => void relaunch());
    return { child, claimed };
  }

  async function relaunch(): Promise<void> {
    while (!isStopping) {
      onTrouble("The database stopped by itself and is started again.");
      try {
        running = await launch();
        return;
      } catch (error) {
        onTrouble("The database does not start.", error);
        await sleep(RESTART_DELAY_MS);
      }
    }
  }

  // Whatever ends us, the database is told to end too; only a `kill -9` leaves an orphan.
  const onExit = () => running.child.kill("SIGINT");
  process.once("exit", onExit);

  return {
    url,
    async stop() {
      isStopping = true;
      process.off("exit", onExit);
      const { pid } = running.child;
      if (pid !== undefined) await stopPostmaster(cluster.path, pid);
    },
  };
}

/** One that outlived a killed Adda is stopped, so that what runs is always a child of ours, with our settings. */
async function stopOrphan(cluster: Cluster, dataDir: string, owner: string): Promise<void> {
  const orphan = findPostmaster(cluster.path);
  if (!orphan) return;
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
