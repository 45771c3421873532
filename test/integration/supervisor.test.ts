import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { isAlive } from "@/server/is-alive";
import { createTestDatabase, type TestDatabase } from "../support/database";
import { freePort } from "../support/free-port";
import { signUpPerson } from "../support/person";

const PATIENCE = { timeout: 30_000, interval: 50 };
/** What `npm start` runs. */
const [file = "", ...args] = JSON.parse(readFileSync("package.json", "utf8")).scripts.start.split(" ");

let database: TestDatabase | undefined;
let supervisor: ChildProcess | undefined;

afterEach(async () => {
  await end("SIGKILL");
  await database?.stop();
  database = undefined;
});

async function start(environment: Record<string, string> = {}) {
  database = await createTestDatabase();
  const url = `http://127.0.0.1:${await freePort()}`;
  const { PATH, NODE_ENV } = process.env;
  const child = spawn(file, args, {
    env: {
      PATH,
      NODE_ENV,
      PORT: new URL(url).port,
      DATABASE_URL: database.url,
      AUTH_SECRET: "a-secret-of-the-tests-that-guards-nothing",
      LOG_LEVEL: "error",
      ...environment,
    },
  });
  supervisor = child;
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += String(chunk)));
  return { url, output: () => output, ends: once(child, "exit") };
}

async function end(signal: NodeJS.Signals): Promise<number | null> {
  const child = supervisor;
  supervisor = undefined;
  if (!child || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null;
  child.kill(signal);
  await once(child, "exit");
  return child.exitCode;
}

function isReady(url: string): Promise<boolean> {
  return fetch(`${url}/api/ready`).then(
    ({ ok }) => ok,
    () => false,
  );
}

/** The process that the supervisor runs. */
function runPid(): number {
  const pid = supervisor?.pid;
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim());
}

describe.runIf(process.platform === "linux")("npm start, when Adda dies", { timeout: 90_000 }, () => {
  it("starts it again, as often as that happens, and says so", async () => {
    const { url, output } = await start();
    await expect.poll(() => isReady(url), PATIENCE).toBe(true);
    const grace = await signUpPerson(url, "Grace");

    for (let deaths = 1; deaths <= 2; deaths++) {
      const pid = runPid();
      process.kill(pid, "SIGKILL");
      await expect.poll(() => isReady(url), PATIENCE).toBe(false);
      await expect.poll(() => isReady(url), PATIENCE).toBe(true);
      expect(runPid()).not.toBe(pid);
      expect(output().match(/Adda died and is started again/g)).toHaveLength(deaths);
    }
    const me = await fetch(`${url}/api/users/me`, { headers: { Authorization: `Bearer ${grace.token}` } });
    expect(await me.json()).toMatchObject({ name: "Grace" });

    const pid = runPid();
    expect(await end("SIGTERM")).toBe(0);
    expect(isAlive(pid)).toBe(false);
  });

  it("passes on that it cannot start, and does not try again", async () => {
    const { output, ends } = await start({ PROCESSES: "2" });
    expect(await ends).toEqual([1, null]);
    expect(output()).toContain("REDIS_URL: several processes (PROCESSES)");
    expect(output()).not.toContain("started again");
  });

  it("stops it where the supervisor itself was killed", async () => {
    const { url } = await start();
    await expect.poll(() => isReady(url), PATIENCE).toBe(true);
    const pid = runPid();
    await end("SIGKILL");
    await expect.poll(() => isAlive(pid), PATIENCE).toBe(false);
  });

  it("ends at once when it is stopped while it waits to try again", async () => {
    const { url, output, ends } = await start();
    await expect.poll(() => isReady(url), PATIENCE).toBe(true);
    process.kill(runPid(), "SIGKILL");
    await expect.poll(output, PATIENCE).toContain("started again");
    const told = performance.now();
    supervisor?.kill("SIGTERM");
    await ends;
    expect(performance.now() - told).toBeLessThan(5_000);
  });
});
