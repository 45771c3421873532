import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { cpus, release, totalmem } from "node:os";
import { join } from "node:path";
import type { Cluster } from "./cluster";

export type Machine = { fact: string; value: string }[];

/** What the figures were measured on; they mean nothing without it. */
export async function describeMachine(cluster: Cluster): Promise<Machine> {
  const openFiles = execFileSync("sh", ["-c", "ulimit -n"], { encoding: "utf8" }).trim();
  return [
    { fact: "Processor", value: `${cpus()[0]?.model.trim()}, ${cpus().length} cores${isVirtual() ? ", virtual" : ""}` },
    { fact: "Memory", value: `${Math.round(totalmem() / 2 ** 30)} GiB` },
    { fact: "Kernel", value: `Linux ${release()}` },
    { fact: "Open files a process", value: openFiles },
    { fact: "Node.js", value: process.version },
    { fact: "PostgreSQL", value: `${await cluster.version()}, embedded, fsync on` },
    ...["ws", "socket.io", "bun"].map((name) => ({ fact: name, value: versionOf(name) })),
    { fact: "Redis", value: redisVersion() },
  ];
}

function versionOf(name: string): string {
  const manifest = join(import.meta.dirname, "../node_modules", name, "package.json");
  return JSON.parse(readFileSync(manifest, "utf8")).version;
}

function redisVersion(): string {
  try {
    return /v=([\d.]+)/.exec(execFileSync("redis-server", ["--version"], { encoding: "utf8" }))?.[1] ?? "unknown";
  } catch {
    return "not installed";
  }
}

function isVirtual(): boolean {
  return existsSync("/proc/cpuinfo") && readFileSync("/proc/cpuinfo", "utf8").includes("hypervisor");
}
