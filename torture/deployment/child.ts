import { type ChildProcess, spawn } from "node:child_process";
import { openSync } from "node:fs";

const living = new Set<ChildProcess>();

// Whatever ends us, nothing of ours lives on.
process.on("exit", () => {
  for (const child of living) child.kill("SIGKILL");
});

export type Ended = { code: number | null; signal: NodeJS.Signals | null };
export type Child = { readonly pid: number; readonly ended: Promise<Ended>; kill(signal: NodeJS.Signals): void };

/** Starts a program that writes its output to the end of a file. */
export function spawnChild(file: string, args: string[], options: { env?: NodeJS.ProcessEnv; logPath: string }): Child {
  const output = openSync(options.logPath, "a");
  const child = spawn(file, args, { env: { ...process.env, ...options.env }, stdio: ["ignore", output, output] });
  living.add(child);
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => {
      living.delete(child);
      resolve({ code, signal });
    });
  });
  return { pid: child.pid ?? -1, ended, kill: (signal) => void child.kill(signal) };
}
