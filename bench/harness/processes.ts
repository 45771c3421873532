import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline";

/** Linux's unit of CPU time in /proc; 100 a second on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

const running = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

export type Service = {
  pid: number;
  /** The value that followed `ready` on its standard output. */
  ready: string;
  stop(signal?: NodeJS.Signals): Promise<void>;
};

/** Starts a program and waits for the line that `isReady` recognises; what it prints is kept for when it fails. */
export async function startService(
  command: string[],
  options: {
    env?: Record<string, string>;
    cwd?: string;
    isReady: (line: string) => string | undefined;
    withinMs?: number;
  },
): Promise<Service> {
  const [program = "", ...args] = command;
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.add(child);
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  void ended.then(() => running.delete(child));
  const said: string[] = [];
  const remember = (line: string) => void (said.push(line) > 40 && said.shift());
  createInterface(child.stderr).on("line", remember);

  const ready = await new Promise<string>((resolve, reject) => {
    const late = () => reject(new Error(`${command.join(" ")} did not get ready:\n${said.join("\n")}`));
    const timer = setTimeout(late, options.withinMs ?? 60_000);
    createInterface(child.stdout).on("line", (line) => {
      remember(line);
      const value = options.isReady(line);
      if (value === undefined) return;
      clearTimeout(timer);
      resolve(value);
    });
    child.once("close", late);
    child.once("error", reject);
  });

  return {
    pid: child.pid as number,
    ready,
    async stop(signal = "SIGKILL") {
      for (const pid of signal === "SIGKILL" ? descendants(child.pid as number) : []) killQuietly(pid);
      child.kill(signal);
      await ended;
    },
  };
}

/** A process and all that it started, as of now. */
export function processTree(pid: number): number[] {
  return [pid, ...descendants(pid)];
}

/** User and system time of these processes, and of their children that ended. */
export function cpuSeconds(pids: number[]): number {
  let ticks = 0;
  for (const pid of pids) {
    const fields = statOf(pid);
    if (fields) ticks += Number(fields[11]) + Number(fields[12]) + Number(fields[13]) + Number(fields[14]);
  }
  return ticks / TICKS_PER_SECOND;
}

export function residentBytes(pids: number[]): number {
  let bytes = 0;
  for (const pid of pids) {
    try {
      const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
      bytes += Number(kilobytes ?? 0) * 1024;
    } catch {
      // It ended meanwhile.
    }
  }
  return bytes;
}

function descendants(pid: number): number[] {
  const childrenOf = new Map<number, number[]>();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const parent = Number(statOf(Number(name))?.[1]);
    childrenOf.set(parent, [...(childrenOf.get(parent) ?? []), Number(name)]);
  }
  const found: number[] = [];
  const toVisit = [pid];
  for (let next = toVisit.pop(); next !== undefined; next = toVisit.pop()) {
    const children = childrenOf.get(next) ?? [];
    found.push(...children);
    toVisit.push(...children);
  }
  return found;
}

/** The fields of /proc/PID/stat from the state on; the name before it may hold spaces. */
function statOf(pid: number): string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  } catch {
    return undefined;
  }
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It ended meanwhile.
  }
}
