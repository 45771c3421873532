import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { isAlive } from "./is-alive";

const POLL_MS = 500;

type Options = {
  signal?: AbortSignal;
  /** Told once, when another process has the lock. */
  onWait(): void;
};

/** Lets one process at a time do this work on the folder of a checkout. The lock of one that died is taken over. */
export async function withBuildLock(
  path: string,
  { signal, onWait }: Options,
  work: () => Promise<void>,
): Promise<void> {
  mkdirSync(dirname(path), { recursive: true });
  for (let isTold = false; !take(path); ) {
    if (!isTold) onWait();
    isTold = true;
    await delay(POLL_MS, null, { signal });
  }
  try {
    await work();
  } finally {
    rmSync(path, { force: true });
  }
}

function take(path: string): boolean {
  try {
    writeFileSync(path, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  if (!isHeld(path)) rmSync(path, { force: true });
  return false;
}

function isHeld(path: string): boolean {
  try {
    const text = readFileSync(path, "utf8");
    // Empty for the moment between its making and its writing.
    return text === "" || isAlive(Number(text));
  } catch {
    return false;
  }
}
