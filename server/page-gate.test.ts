import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, it } from "vitest";
import { readConfig, setConfig } from "./config";
import { SESSION_COOKIE, sealSession } from "./domain/session-cookie";
import { openPageGate } from "./page-gate";

const USER_BURST = 3;
const ADDRESS_BURST = 5;
const config = readConfig({
  AUTH_SECRET: "a-secret-of-the-tests-that-guards-nothing",
  PAGE_BURST_PER_USER: String(USER_BURST),
  PAGES_PER_SECOND_PER_USER: "0.1",
  PAGE_BURST_PER_ADDRESS: String(ADDRESS_BURST),
  PAGES_PER_SECOND_PER_ADDRESS: "0.1",
});
const HTML = { accept: "text/html,application/xhtml+xml" };

let server: Server;

beforeEach(async () => {
  setConfig(config);
  const mayPass = openPageGate(config);
  server = createServer(async (request, response) => {
    if (await mayPass(request, response, request.url?.split("?", 1)[0] ?? "")) response.end("passed");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});

afterEach(() => new Promise((resolve) => server.close(resolve)));

type Headers = Record<string, string>;

function ask(path: string, headers: Headers = {}): Promise<Response> {
  const { port } = server.address() as AddressInfo;
  return fetch(`http://127.0.0.1:${port}${path}`, { headers: { "x-adda-address": "192.0.2.1", ...headers } });
}

async function statuses(count: number, path: string, headers: Headers = {}): Promise<number[]> {
  const got = [];
  for (let n = 0; n < count; n++) got.push((await ask(path, headers)).status);
  return got;
}

async function cookieOf(n: number, sessionVersion = 1): Promise<Headers> {
  const userId = `0198c5de-0000-7000-8000-00000000000${n}`;
  const session = { userId, sessionId: userId, sessionVersion, confirmedAt: null };
  return { cookie: `${SESSION_COOKIE(false)}=${await sealSession(session)}` };
}

it("an account opens a burst of pages from wherever it is, and then has to wait; others go on", async () => {
  const ada = await cookieOf(1);
  expect(await statuses(USER_BURST, "/rooms/lobby", ada)).toEqual([200, 200, 200]);
  const refused = await ask("/rooms/lobby", { ...ada, ...HTML, "x-adda-address": "192.0.2.9" });
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get("retry-after"))).toBe(10);
  expect(refused.headers.get("content-type")).toContain("text/html");
  expect(await refused.text()).toContain("Too many pages at once. Wait 10 seconds and try again.");
  expect(await statuses(1, "/settings", await cookieOf(2))).toEqual([200]);
});

it("what is fetched ahead, and what a script asks for, is counted apart and refused as JSON", async () => {
  const ada = await cookieOf(1);
  const ahead = { ...ada, ...HTML, rsc: "1", "next-router-prefetch": "1" };
  expect(await statuses(USER_BURST + 1, "/rooms/lobby?_rsc=1", ahead)).toEqual([200, 200, 200, 429]);
  expect(await (await ask("/rooms/lobby?_rsc=1", ahead)).json()).toMatchObject({
    error: { code: "rate_limited", retryAfterMs: expect.any(Number) },
  });
  expect(await statuses(1, "/rooms/lobby", ada)).toEqual([200]);
});

it("visitors of a network share a bucket, and take nothing from those who are signed in there", async () => {
  expect(await statuses(ADDRESS_BURST + 2, "/sign-in")).toEqual([200, 200, 200, 200, 200, 429, 429]);
  expect(await statuses(1, "/sign-in", { "x-adda-address": "192.0.2.2" })).toEqual([200]);
  expect(await statuses(1, "/rooms", await cookieOf(1))).toEqual([200]);
});

it("many accounts from one network are limited together, and one that asks too much takes nothing from them", async () => {
  const ada = await cookieOf(1);
  expect(await statuses(20, "/rooms", ada)).toContain(429);
  expect(await statuses(2, "/rooms", await cookieOf(2))).toEqual([200, 200]);
  expect(await statuses(1, "/rooms", await cookieOf(3))).toEqual([429]);
});

it("a cookie that was revoked takes nothing from its account", async () => {
  await statuses(USER_BURST + 1, "/rooms", await cookieOf(1, 1));
  expect(await statuses(1, "/rooms", { ...(await cookieOf(1, 2)), "x-adda-address": "192.0.2.3" })).toEqual([200]);
});

it("what is sent as it lies there is not counted, and REST counts for itself", async () => {
  for (const path of ["/_next/static/chunks/a.js", "/icon.svg", "/manifest.webmanifest", "/api/rooms"]) {
    expect(new Set(await statuses(ADDRESS_BURST * 2, path)), path).toEqual(new Set([200]));
  }
});

it("Next resizes no pictures for anybody", async () => {
  expect((await ask("/_next/image?url=%2Ficon-512.png&w=640&q=75")).status).toBe(404);
});
