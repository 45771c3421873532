import { mkdtempSync, readdirSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { Cluster } from "./cluster";
import { spawnPostmaster } from "./postmaster";

const home = mkdtempSync(join(tmpdir(), "adda-postmaster-"));
afterAll(() => rmSync(home, { recursive: true }));

test.runIf(process.platform === "linux")("starting it again and again leaves no file of its log open", async () => {
  const logPath = join(home, "postgres.log");
  for (let start = 0; start < 3; start++) {
    const child = spawnPostmaster(clusterThatEndsAtOnce(logPath), 1, {}, false);
    await new Promise((resolve) => child.once("exit", resolve));
  }
  expect(openFiles()).not.toContain(logPath);
});

function clusterThatEndsAtOnce(logPath: string): Cluster {
  const account = { command: () => ({ file: process.execPath, args: ["--version"] }) };
  return { binaries: { postgres: "postgres" }, account, path: join(home, "data"), logPath } as unknown as Cluster;
}

function openFiles(): string[] {
  return readdirSync("/proc/self/fd").flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/self/fd/${fd}`)];
    } catch {
      return [];
    }
  });
}
