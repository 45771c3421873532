import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { createClient } from "redis";
import { freePort } from "./free-port";

export type TestRedis = {
  url: string;
  port: number;
  /** Starts it again on the same port. */
  start(): Promise<void>;
  /** Ends it at once, as a crash would. */
  kill(): Promise<void>;
  /** Ends it and leaves nothing behind. */
  stop(): Promise<void>;
  pause(): void;
  resume(): void;
};

/** A real redis-server on a free port, without a disk. `cluster` makes it a cluster of one. */
export async function startRedis({ cluster = false } = {}): Promise<TestRedis> {
  const port = await freePort();
  const dir = await mkdtemp(join(tmpdir(), "adda-redis-"));
  let server: ChildProcess | undefined;

  const redis: TestRedis = {
    url: `redis://127.0.0.1:${port}`,
    port,
    async start() {
      const clusterFlags = cluster ? ["--cluster-enabled", "yes"] : [];
      const flags = ["--port", `${port}`, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", dir];
      server = spawn("redis-server", [...flags, ...clusterFlags], { stdio: ["ignore", "pipe", "inherit"] });
      await saysReady(server);
    },
    async kill() {
      if (!server || server.exitCode !== null) return;
      const exited = once(server, "exit");
      server.kill("SIGKILL");
      await exited;
    },
    async stop() {
      await redis.kill();
      await rm(dir, { recursive: true, force: true });
    },
    pause: () => void server?.kill("SIGSTOP"),
    resume: () => void server?.kill("SIGCONT"),
  };
  await redis.start();
  if (cluster) await takeAllSlots(redis.url);
  return redis;
}

/** A cluster answers only for the slots that some node has. */
async function takeAllSlots(url: string): Promise<void> {
  const client = createClient({ url });
  await client.connect();
  await client.sendCommand(["CLUSTER", "ADDSLOTSRANGE", "0", "16383"]);
  client.destroy();
}

async function saysReady(server: ChildProcess): Promise<void> {
  if (!server.stdout) throw new Error("redis-server has no output to read.");
  for await (const line of createInterface({ input: server.stdout })) {
    if (line.includes("Ready to accept connections")) {
      server.stdout.resume();
      return;
    }
  }
  throw new Error("redis-server ended before it was ready.");
}
