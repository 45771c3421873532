import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { WebSocket } from "ws";
import { SESSION_COOKIE } from "@/server/domain/session-cookie";
import { signUpPerson, type TestPerson } from "../test/support/person";

// What a member who loads pages without pause costs somebody else: the time until their messages come back.
//   node --import tsx bench/page-loops.ts http://localhost:3000 [loops=8] [seconds=30]

const [url = "http://localhost:3000", loops = "8", seconds = "30"] = process.argv.slice(2);
const SPEAKS_EVERY_MS = 210;

const PAUSE_MS = 20;
const COOKIE_VARIABLE = "ADDA_PAGE_LOOPS_COOKIE";

const loopCookie = process.env[COOKIE_VARIABLE];
if (loopCookie) await loadPages(loopCookie);
else await compare();

async function compare(): Promise<void> {
  const [grace, mallory] = [await signUpPerson(url, "Grace"), await signUpPerson(url, "Mallory")];
  const speak = await openSpeaker(grace);
  const cookie = await signIn(mallory);
  for (let n = 0; n < 20; n++) await loadPage(cookie);
  console.log(`alone:        ${describe(await measure(speak))}`);

  // In a process of their own: the speaker must not wait for the loops here.
  const env = { ...process.env, [COOKIE_VARIABLE]: cookie };
  const loading = spawn(process.execPath, [...process.execArgv, ...process.argv.slice(1)], { env, stdio: "inherit" });
  console.log(`${loops} page loops: ${describe(await measure(speak))}`);
  if (loading.exitCode === null) await once(loading, "exit");
  process.exit(0);
}

async function loadPages(cookie: string): Promise<void> {
  const statuses = new Map<number, number>();
  const end = performance.now() + Number(seconds) * 1_000;
  const loop = async () => {
    while (performance.now() < end) {
      const status = await loadPage(cookie);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      await sleep(PAUSE_MS);
    }
  };
  await Promise.all(Array.from({ length: Number(loops) }, loop));
  console.log(`pages:        ${[...statuses].map(([status, count]) => `${count} with ${status}`).join(", ")}`);
}

async function measure(speak: (message: string) => Promise<void>): Promise<number[]> {
  const times: number[] = [];
  const end = performance.now() + Number(seconds) * 1_000;
  while (performance.now() < end) {
    const saidAt = performance.now();
    await speak(`${saidAt}`);
    times.push(performance.now() - saidAt);
    await sleep(SPEAKS_EVERY_MS);
  }
  return times.sort((a, b) => a - b);
}

function describe(times: number[]): string {
  const at = (share: number) =>
    `${(times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0).toFixed(0)} ms`;
  return `p50 ${at(0.5)}, p99 ${at(0.99)}, max ${at(1)} of ${times.length} echoes`;
}

async function loadPage(cookie: string): Promise<number> {
  const answer = await fetch(`${url}/rooms/lobby`, { headers: { cookie, accept: "text/html" } });
  await answer.arrayBuffer();
  return answer.status;
}

/** @returns what says something in the lobby and waits for its echo. */
async function openSpeaker({ token }: TestPerson): Promise<(message: string) => Promise<void>> {
  const socket = new WebSocket(`${url.replace(/^http/, "ws")}/ws`, { headers: { authorization: `Bearer ${token}` } });
  const waiting = new Map<string, () => void>();
  const joined = new Promise<void>((resolve) => waiting.set("joined", resolve));
  socket.on("open", () => socket.send(JSON.stringify({ type: "join", payload: { roomId: "lobby" } })));
  socket.on("message", (data) => {
    const { type, payload } = JSON.parse(String(data));
    const key = type === "chat" ? payload.message : type;
    waiting.get(key)?.();
    waiting.delete(key);
  });
  await joined;
  return (message) =>
    new Promise((resolve) => {
      waiting.set(message, resolve);
      socket.send(JSON.stringify({ type: "chat", payload: { roomId: "lobby", message } }));
    });
}

async function signIn({ email, password }: TestPerson): Promise<string> {
  const first = await fetch(`${url}/api/auth/csrf`);
  const { csrfToken } = await first.json();
  const answer = await fetch(`${url}/api/auth/callback/credentials`, {
    method: "POST",
    redirect: "manual",
    headers: { cookie: cookiesOf(first), origin: url },
    body: new URLSearchParams({ csrfToken, email, password, json: "true" }),
  });
  const session = cookiesOf(answer);
  if (!session.includes(SESSION_COOKIE(false))) throw new Error(`The sign-in was answered with ${answer.status}.`);
  return session;
}

function cookiesOf({ headers }: Response): string {
  return headers
    .getSetCookie()
    .map((line) => line.split(";", 1)[0])
    .join("; ");
}
