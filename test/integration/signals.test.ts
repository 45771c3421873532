import { type ChildProcess, spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isAlive } from "@/server/is-alive";
import { Random } from "@/torture/random";
import { freePort } from "../support/free-port";
import { signUpPerson, type TestPerson } from "../support/person";

const SIGNALS = ["SIGTERM", "SIGINT", "SIGHUP"] as const;
const ROUNDS = 3;
const SEED = process.env.SIGNALS_SEED ?? String(randomInt(2 ** 31));
const PATIENCE = { timeout: 60_000, interval: 50 };

let dataDir: string;
let url: string;
let port: number;
let supervisor: ChildProcess;
let grace: TestPerson;
/** The clientId of every message whose sender was told that it is stored. */
const accepted: string[] = [];

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "adda-signals-"));
  port = await freePort();
  url = `http://127.0.0.1:${port}`;
});

afterAll(async () => {
  if (supervisor.exitCode === null) supervisor.kill("SIGKILL");
  await rm(dataDir, { recursive: true, force: true });
});

describe.runIf(process.platform === "linux")(
  `signals in any order (SIGNALS_SEED=${SEED})`,
  { timeout: 240_000 },
  () => {
    it("leave nothing running, and lose nothing that was accepted", async () => {
      const random = new Random(SEED);
      start();
      await expect.poll(isReady, PATIENCE).toBe(true);
      grace = await signUpPerson(url, "Grace");

      for (let round = 1; round <= ROUNDS; round++) {
        const isTalking = new AbortController();
        const talk = Promise.all([1, 2, 3].map((n) => talkUntil(isTalking.signal, `${round}-${n}`)));
        await sleep(random.between(0, 400));
        const pids = [supervisor.pid ?? 0, childOf(supervisor.pid), postmaster()].filter((pid) => pid > 0);
        const ends = once(supervisor, "exit");
        const sent: string[] = [];
        // As a terminal, systemd, npm and an impatient person do, to one process or to all.
        for (let n = 0; n < 4; n++) {
          const signal = random.pick([...SIGNALS]);
          const target = n === 0 ? pids[0] : random.pick(pids);
          sent.push(`${signal} to ${["supervisor", "adda", "postgres"][pids.indexOf(target ?? 0)]}`);
          kill(target ?? 0, signal);
          await sleep(random.between(0, 300));
        }
        await ends;
        isTalking.abort();
        await talk;
        for (const pid of pids)
          await expect.poll(() => isAlive(pid), { ...PATIENCE, message: sent.join(", ") }).toBe(false);
        expect(existsSync(join(dataDir, "postgres/data/postmaster.pid")), sent.join(", ")).toBe(false);

        start();
        await expect.poll(isReady, { ...PATIENCE, message: sent.join(", ") }).toBe(true);
        const stored = await listClientIds();
        expect(
          accepted.filter((clientId) => !stored.has(clientId)),
          sent.join(", "),
        ).toEqual([]);
      }
      expect(accepted.length).toBeGreaterThan(ROUNDS);

      // In the middle of a start, too.
      const ends = once(supervisor, "exit");
      supervisor.kill("SIGTERM");
      await ends;
      start();
      await expect.poll(() => postmaster() > 0, PATIENCE).toBe(true);
      const last = postmaster();
      supervisor.kill("SIGINT");
      await once(supervisor, "exit");
      await expect.poll(() => isAlive(last), PATIENCE).toBe(false);
    });
  },
);

function start(): void {
  const { PATH, NODE_ENV } = process.env;
  const [file = "", ...args] = JSON.parse(readFileSync("package.json", "utf8")).scripts.start.split(" ");
  supervisor = spawn(file, args, {
    env: { PATH, NODE_ENV, DATA_DIR: dataDir, PORT: String(port), LOG_LEVEL: "warn", CHAT_PER_SECOND_PER_USER: "1000" },
    stdio: "ignore",
  });
}

async function talkUntil(signal: AbortSignal, name: string): Promise<void> {
  for (let n = 1; !signal.aborted; n++) {
    const clientId = `${name}-${n}`;
    const answer = await grace
      .fetch("POST", "/api/rooms/lobby/messages", { message: clientId, clientId })
      .catch(() => null);
    if (answer?.status === 201) accepted.push(clientId);
    else await sleep(20);
  }
}

async function listClientIds(): Promise<Set<string>> {
  const found = new Set<string>();
  for (let before = ""; ; ) {
    const page = await grace.call<{ messages: { clientId: string; seq: number }[]; more: boolean }>(
      "GET",
      `/api/rooms/lobby/messages?limit=100${before}`,
    );
    for (const { clientId } of page.messages) found.add(clientId);
    if (!page.more) return found;
    before = `&before=${page.messages[0]?.seq}`;
  }
}

function isReady(): Promise<boolean> {
  return fetch(`${url}/api/ready`).then(
    ({ ok }) => ok,
    () => false,
  );
}

function childOf(pid = 0): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ")[0]);
}

function postmaster(): number {
  const file = join(dataDir, "postgres/data/postmaster.pid");
  return existsSync(file) ? Number(readFileSync(file, "utf8").split("\n")[0]) : 0;
}

function kill(pid: number, signal: NodeJS.Signals): void {
  if (isAlive(pid)) process.kill(pid, signal);
}
