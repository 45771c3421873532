import "./environment";
import { type ChildProcess, spawn } from "node:child_process";
import { constants } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { ROOT } from "./environment";
import { log } from "./log";
import { READY } from "./ready";
import { relaunchDelay } from "./relaunch-delay";

// `npm start`: runs Adda, and starts it again when it dies. Where systemd or a container engine does that, main.ts is run alone.

/** Adda that served for so long did not die of its start. */
const SETTLED_MS = 30_000;
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

const stopping = new AbortController();
let adda: ChildProcess | null = null;

for (const signal of SIGNALS) {
  process.on(signal, () => {
    stopping.abort();
    adda?.kill(signal);
  });
}

process.exit(await keepRunning());

/** @returns the exit code: Adda's own when it was told to stop, or could not start at all. */
async function keepRunning(): Promise<number> {
  let hasServed = false;
  for (let failures = 0; ; ) {
    const { code, signal, servedMs } = await runOnce();
    hasServed ||= servedMs !== null;
    if (code === 0 || stopping.signal.aborted || !hasServed) {
      return code ?? 128 + (signal ? constants.signals[signal] : 0);
    }
    failures = (servedMs ?? 0) > SETTLED_MS ? 1 : failures + 1;
    const waitMs = relaunchDelay(failures);
    log.error({ code, signal, waitMs }, "Adda died and is started again.");
    const isStopped = await delay(waitMs, false, { signal: stopping.signal }).catch(() => true);
    if (isStopped) return 0;
  }
}

type End = {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** How long it served, in ms; null when it never did. */
  servedMs: number | null;
};

function runOnce(): Promise<End> {
  const child = spawn(process.execPath, ["--import", "tsx", "server/main.ts"], {
    cwd: ROOT,
    // Over the channel it says that it serves, and learns that this process has died.
    stdio: ["inherit", "inherit", "inherit", "ipc"],
  });
  adda = child;
  let readyAt: number | null = null;
  child.on("message", (message) => {
    if (message === READY) readyAt = performance.now();
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => {
      resolve({ code, signal, servedMs: readyAt === null ? null : performance.now() - readyAt });
    });
  });
}
