import cluster, { type Worker } from "node:cluster";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { AggregatorRegistry } from "prom-client";
import { CannotStart } from "./cannot-start";
import type { Closing } from "./closing";
import type { Config } from "./config";
import { openDatabase } from "./database";
import { MIGRATIONS } from "./environment";
import { log } from "./log";
import { isMetricsWanted } from "./metrics";
import { READY } from "./ready";
import { relaunchDelay } from "./relaunch-delay";

/** Longest wait for a process to drain, before it is ended. */
const DRAIN_MAX_MS = 15_000;

type Options = { closing: Closing; signal: AbortSignal };

/**
 * Runs `config.processes` processes that share one port, and starts again one that dies. This one holds
 * the database and serves nobody.
 * @throws CannotStart without Redis: the processes would not hear each other.
 */
export async function runProcesses(config: Config, { closing, signal }: Options): Promise<void> {
  if (!config.redisUrl) {
    throw new CannotStart(
      `PROCESSES=${config.processes} needs REDIS_URL: without Redis the processes do not hear each other.`,
    );
  }
  const database = await openDatabase(config, MIGRATIONS, { signal });
  closing.add(() => database.stop());

  const aggregated = new AggregatorRegistry();
  const env = { DATABASE_URL: database.url, PORT: String(config.port) };
  let isClosing = false;

  const keepers = Array.from({ length: config.processes }, () => keepRunning());
  closing.add(async () => {
    isClosing = true;
    await Promise.all(keepers.map(({ stop }) => stop()));
  });
  await Promise.all(keepers.map(({ ready }) => ready));

  function keepRunning() {
    let worker = launch();
    let failures = 0;
    const ready = isReady(worker);

    function launch(): Worker {
      const launched = cluster.fork(env);
      launched.on("message", (message) => void answerMetrics(launched, message));
      launched.once("exit", (code, signal) => void relaunch(launched, code, signal));
      return launched;
    }

    async function relaunch(ended: Worker, code: number, signal: string): Promise<void> {
      if (isClosing) return;
      log.error({ workerPid: ended.process.pid, code, signal }, "A process died and is started again.");
      await delay(relaunchDelay(++failures));
      if (isClosing) return;
      worker = launch();
      await isReady(worker).then(
        () => {
          failures = 0;
        },
        () => {},
      );
    }

    return { ready, stop: () => stopWorker(worker) };
  }

  async function answerMetrics(worker: Worker, message: unknown): Promise<void> {
    if (!isMetricsWanted(message)) return;
    const text = await aggregated.clusterMetrics().catch(() => null);
    if (worker.isConnected()) worker.send({ ...message, text });
  }
}

/** @throws CannotStart when the process ends before it serves; it has said why. */
async function isReady(worker: Worker): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    worker.on("message", (message) => message === READY && resolve());
    worker.once("exit", () => reject(new CannotStart("A process did not start.")));
  });
}

async function stopWorker(worker: Worker): Promise<void> {
  if (worker.isDead()) return;
  const exited = once(worker, "exit");
  worker.process.kill("SIGTERM");
  const timer = setTimeout(() => worker.process.kill("SIGKILL"), DRAIN_MAX_MS);
  await exited;
  clearTimeout(timer);
}
