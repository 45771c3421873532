import { execFileSync, spawn } from "node:child_process";
import {
  closeSync,
  fchmodSync,
  openSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Cluster, postgresEnvironment } from "./cluster";
import { underLock } from "./folder-lock";
import { sharedBuffersMb } from "./shared-buffers";

const POLL_MS = 20;
const LOG_MAX_BYTES = 10 * 1024 * 1024;

export type Postmaster = { pid: number; port: number };
export type PostgresSettings = Record<string, string | number>;

const SETTINGS: PostgresSettings = {
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  max_connections: 200,
  shared_buffers: `${sharedBuffersMb()}MB`,
  max_wal_size: "2GB",
  jit: "off",
  timezone: "UTC",
  log_timezone: "UTC",
  // What people write stays out of the log: no statements, and no "Key (email)=(…) already exists".
  log_min_messages: "log",
  log_min_error_statement: "panic",
  log_error_verbosity: "terse",
  log_checkpoints: "off",
};

/**
 * Starts PostgreSQL in a process group of its own, so that Ctrl-C reaches us and not it.
 * @param usesFlock runs it under the folder's lock; it exits with `LOCKED` when somebody else holds that.
 */
export function spawnPostmaster(cluster: Cluster, port: number, settings: PostgresSettings, usesFlock: boolean) {
  const flags = Object.entries({ ...SETTINGS, ...settings, port }).flatMap(([name, value]) => [
    "-c",
    `${name}=${value}`,
  ]);
  const postgres = ["-D", cluster.path, ...flags];
  if (!usesFlock) forgetDeadPostmaster(cluster.path);
  const { program, args: argv } = usesFlock
    ? underLock(cluster, cluster.binaries.postgres, postgres)
    : { program: cluster.binaries.postgres, args: postgres };
  const { file, args, uid, gid } = cluster.account.command(program, argv);
  keepOldLog(cluster.logPath);
  const log = openSync(cluster.logPath, "a", 0o600);
  // One that an earlier version left open to others.
  fchmodSync(log, 0o600);
  const child = spawn(file, args, {
    uid,
    gid,
    cwd: dirname(cluster.path),
    env: postgresEnvironment(),
    detached: true,
    stdio: ["ignore", log, log],
  });
  // The child has its own: ours would stay open after each relaunch.
  closeSync(log);
  child.unref();
  return child;
}

/** The PostgreSQL that runs on this cluster, if one does: after a `kill -9` of ours it lives on. */
export function findPostmaster(path: string): Postmaster | null {
  const [pid, , , port] = readPidFile(path);
  if (!pid || !port || !isPostmasterOf(path, Number(pid))) return null;
  return { pid: Number(pid), port: Number(port) };
}

/** PostgreSQL would take whichever program has the dead one's pid for a running server, and not start. */
function forgetDeadPostmaster(path: string): void {
  if (process.platform === "linux" && !findPostmaster(path)) rmSync(join(path, "postmaster.pid"), { force: true });
}

/** Whether the process that started this postmaster still lives and has it for a child. */
export function isChildOf(postmaster: Postmaster, pid: number): boolean {
  try {
    process.kill(pid, 0);
    return parentOf(postmaster.pid) === pid;
  } catch {
    return false;
  }
}

function parentOf(pid: number): number {
  return Number(execFileSync("ps", ["-o", "ppid=", "-p", String(pid)], { encoding: "utf8" }));
}

/** Each start appends: the reason of the last crash stays. What grew large is set aside, once. */
function keepOldLog(path: string): void {
  try {
    if (statSync(path).size > LOG_MAX_BYTES) renameSync(path, `${path}.old`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}

/** Fast shutdown: sessions are ended, what was committed is flushed, and the files are left whole. */
export async function stopPostmaster(path: string, pid: number): Promise<void> {
  signal(pid, "SIGINT");
  while (isPostmasterOf(path, pid)) await sleep(POLL_MS);
}

export async function findFreePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", resolve);
  });
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (!address || typeof address === "string") throw new Error("A TCP server has a port.");
  return address.port;
}

function readPidFile(path: string): string[] {
  try {
    return readFileSync(join(path, "postmaster.pid"), "utf8").split("\n");
  } catch {
    return [];
  }
}

/** A pid alone proves nothing: after a crash, and in a container always, another program may have it now. */
function isPostmasterOf(path: string, pid: number): boolean {
  try {
    if (process.platform !== "linux") return argumentsOf(pid).includes(path);
    // The postmaster lives in its data directory.
    return (
      readFileSync(`/proc/${pid}/comm`, "utf8").trim() === "postgres" &&
      readlinkSync(`/proc/${pid}/cwd`) === realpathSync(path)
    );
  } catch {
    return false;
  }
}

function argumentsOf(pid: number): string {
  return execFileSync("ps", ["-ww", "-o", "args=", "-p", String(pid)], { encoding: "utf8" });
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
