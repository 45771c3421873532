import { execFile } from "node:child_process";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { CannotStart } from "../cannot-start";
import type { Cluster } from "./cluster";

/**
 * One server owns a data folder, also where two cannot see each other's processes: two containers on one volume.
 *
 * PostgreSQL runs under `flock`: the kernel's lock on a file of the folder is inherited by the postmaster and all its
 * children, ends with the last of them, and is refused from every namespace of the machine. Where `flock` is missing
 * (macOS, Windows, BusyBox), the owner renews the owner file every two seconds instead, and a fresh one keeps others out.
 */

/** How `flock` exits when somebody else holds the lock. */
export const LOCKED = 75;
/** A postmaster that was killed leaves children that end in a moment; they hold the lock until then. */
const WAIT_S = 5;
const HEARTBEAT_MS = 2_000;
const STALE_MS = 10_000;

export type Owner = { pid: number; host: string; address: string; since: string };

/** The command that runs `program` under the folder's lock. postmaster.pid is a dead one's: nobody else holds the lock. */
export function underLock(cluster: Cluster, program: string, args: string[]): { program: string; args: string[] } {
  const script = 'rm -f "$1" && shift && exec "$@"';
  const shell = ["sh", "-c", script, "sh", join(cluster.path, "postmaster.pid"), program, ...args];
  const flags = ["--no-fork", "--wait", String(WAIT_S), "--conflict-exit-code", String(LOCKED)];
  return { program: "flock", args: [...flags, lockPath(cluster), ...shell] };
}

/** Whether this machine can hold the lock: `flock` of util-linux is there. */
export async function hasFlock(cluster: Cluster): Promise<boolean> {
  const code = await tryLock(cluster);
  return code === 0 || code === LOCKED;
}

/** @throws CannotStart that names the owner, when another server has the folder. */
export async function requireFreeFolder(cluster: Cluster, dataDir: string, usesFlock: boolean): Promise<void> {
  const until = performance.now() + (usesFlock ? WAIT_S * 1_000 : STALE_MS + HEARTBEAT_MS);
  while (usesFlock ? (await tryLock(cluster)) === LOCKED : isFresh(dataDir)) {
    if (performance.now() > until) throw ownedBy(dataDir);
    await sleep(200);
  }
}

export function ownedBy(dataDir: string): CannotStart {
  const owner = readOwner(dataDir);
  const name = owner && ` (process ${owner.pid} on ${owner.host}, ${owner.address}, since ${owner.since})`;
  return new CannotStart(`Adda runs already on ${dataDir}${name ?? ""}: stop it first, or set DATA_DIR.`);
}

/** Writes who owns the folder, and goes on renewing it. @returns what ends that. */
export function announceOwner(dataDir: string, address: string): () => void {
  const owner: Owner = { pid: process.pid, host: hostname(), address, since: new Date().toISOString() };
  const write = () => writeFileSync(ownerPath(dataDir), `${JSON.stringify(owner)}\n`, { mode: 0o600 });
  write();
  const timer = setInterval(() => {
    try {
      write();
    } catch {
      // A full disk: the lock, or the database itself, says it.
    }
  }, HEARTBEAT_MS);
  timer.unref();
  return () => clearInterval(timer);
}

export function readOwner(dataDir: string): Owner | null {
  try {
    return JSON.parse(readFileSync(ownerPath(dataDir), "utf8")) as Owner;
  } catch {
    return null;
  }
}

function isFresh(dataDir: string): boolean {
  try {
    return Date.now() - statSync(ownerPath(dataDir)).mtimeMs < STALE_MS;
  } catch {
    return false;
  }
}

/** @returns 0 when the lock is free, LOCKED when it is held, else what a machine without `flock` says. */
async function tryLock(cluster: Cluster): Promise<number | string> {
  const flags = ["--no-fork", "--nonblock", "--conflict-exit-code", String(LOCKED), lockPath(cluster), "true"];
  const { file, args, uid, gid } = cluster.account.command("flock", flags);
  try {
    await promisify(execFile)(file, args, { uid, gid, cwd: dirname(cluster.path) });
    return 0;
  } catch (error) {
    return (error as { code?: number | string }).code ?? "failed";
  }
}

function lockPath(cluster: Cluster): string {
  return join(dirname(cluster.path), "lock");
}

function ownerPath(dataDir: string): string {
  return join(dataDir, "owner.json");
}
