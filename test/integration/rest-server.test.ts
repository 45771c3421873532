import { Agent, request } from "node:http";
import { networkInterfaces } from "node:os";
import { afterAll, beforeAll, expect, it } from "vitest";
import { WebSocket } from "ws";
import { PASSWORD, signUpPerson } from "../support/person";
import { startTestServer, type TestServer } from "../support/server";

/** What takes the whole server to show: next-auth, Next's router, and what lies around them. */
let server: TestServer | undefined;
let url = "";

beforeAll(async () => {
  server = await startTestServer();
  url = server.url;
});

afterAll(() => server?.stop());

it("next-auth's own client signs in and out, and a copied cookie ends with the session", async () => {
  const grace = await signUpPerson(url, "Grace");
  const browser = newBrowser(url);

  const wrong = await browser.signIn(grace.email, "wrong");
  expect(wrong.status).toBe(401);
  expect(new URL((await wrong.json()).url).searchParams.get("error")).toContain("do not match");

  const right = await browser.signIn(grace.email, PASSWORD);
  expect(right.status).toBe(200);
  const cookie = right.headers.getSetCookie().find((line) => line.startsWith("next-auth.session-token="));
  expect(cookie).toContain("HttpOnly");
  expect(cookie).toContain("SameSite=Lax");

  const session = await browser.fetch("/api/auth/session");
  expect(await session.json()).toMatchObject({ user: { id: grace.id, name: "Grace", email: grace.email } });
  const copied = browser.copy();
  expect((await copied.fetch("/api/users/me")).status).toBe(200);

  await browser.post("/api/auth/signout", {});
  expect((await browser.fetch("/api/users/me")).status).toBe(401);
  expect((await copied.fetch("/api/users/me")).status).toBe(401);
  const asked = await copied.fetch("/api/auth/session");
  expect(await asked.json()).toEqual({});
  // Another tab may have got a new cookie meanwhile.
  expect(asked.headers.getSetCookie()).toEqual([]);
});

it("a page that was opened by another address of this machine signs in, changes things and has its socket", async () => {
  const address = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(({ family, internal }) => family === "IPv4" && !internal)?.address;
  const lan = url.replace("localhost", address ?? "127.0.0.1");
  const grace = await signUpPerson(url, "Grace");
  const browser = newBrowser(lan);
  expect((await browser.signIn(grace.email, PASSWORD)).status).toBe(200);
  const headers = { origin: lan, "content-type": "application/json" };
  const body = JSON.stringify({ name: `By ${lan}` });
  expect((await browser.fetch("/api/rooms", { method: "POST", headers, body })).status).toBe(201);

  const open = (origin: string) =>
    new Promise<string>((resolve) => {
      const socket = new WebSocket(`${lan.replace("http", "ws")}/ws`, {
        headers: { cookie: browser.cookie(), origin },
      });
      socket.once("open", () => resolve("open"));
      socket.once("error", (error) => resolve(error.message));
    });
  expect(await open(lan)).toBe("open");
  expect(await open("http://evil.example")).toContain("403");
});

it("a sign-in that wants to lead elsewhere leads to a page of ours", async () => {
  const grace = await signUpPerson(url, "Grace");
  for (const callbackUrl of ["https://evil.example/x", "//evil.example", "javascript:alert(1)", "::::", "\u0000"]) {
    const browser = newBrowser(url);
    const answer = await browser.post("/api/auth/callback/credentials", {
      email: grace.email,
      password: PASSWORD,
      callbackUrl,
    });
    expect(answer.status, callbackUrl).toBe(200);
    expect(new URL((await answer.json()).url).origin, callbackUrl).toBe(url);
  }
});

it("next-auth shows none of its own pages and takes no log lines from strangers", async () => {
  const { fetch, post } = newBrowser(url);
  for (const action of ["signin", "signout", "error", "verify-request", "callback/credentials", "nonsense"]) {
    expect((await fetch(`/api/auth/${action}`)).status, action).toBe(404);
  }
  expect((await post("/api/auth/_log", { level: "error", code: "X", message: "noise" })).status).toBe(404);
  const large = await post("/api/auth/callback/credentials", { email: "x".repeat(70_000) });
  expect([large.status, (await large.json()).error.code]).toEqual([413, "too_large"]);
});

it("an address is taken as it was typed, and refused in JSON when it leads nowhere", async () => {
  const grace = await signUpPerson(url, "Grace");
  const room = await grace.call<{ id: string; slug: string }>("POST", "/api/rooms", { name: "Città 東京" });
  expect(await grace.call("GET", `/api/rooms/${encodeURIComponent(room.slug)}`)).toMatchObject({ id: room.id });

  const nowhere = [
    ["GET", "/api", 404, "not_found"],
    ["POST", "/api/rooms/lobby/nothing", 404, "not_found"],
    ["GET", "/api/rooms/%00", 404, "not_found"],
    ["GET", "/api/rooms/%ff", 400, "malformed"],
    ["PATCH", "/api/rooms", 405, "method_not_allowed"],
  ] as const;
  for (const [method, path, status, code] of nowhere) {
    const answer = await grace.fetch(method, path);
    expect([path, answer.status, (await answer.json()).error.code]).toEqual([path, status, code]);
  }
});

it("a long answer is zipped for who takes that, and is the same", async () => {
  const grace = await signUpPerson(url, "Grace");
  await grace.call("POST", "/api/rooms", { name: "Long", topic: "x".repeat(200) });
  for (let n = 0; n < 5; n++)
    await grace.call("POST", "/api/rooms/long/messages", { message: "long ".repeat(100), clientId: `${n}` });
  const read = (encoding: string) =>
    fetch(`${url}/api/rooms/long/messages`, {
      headers: { authorization: `Bearer ${grace.token}`, "accept-encoding": encoding },
    });
  const plain = await read("identity");
  const zipped = await read("br, gzip");
  expect(plain.headers.get("content-encoding")).toBeNull();
  expect(zipped.headers.get("content-encoding")).toBe("gzip");
  expect([plain, zipped].map(({ headers }) => headers.get("vary"))).toEqual(["Accept-Encoding", "Accept-Encoding"]);
  expect(await zipped.json()).toEqual(await plain.json());
});

it("a body without an announced length is refused once it is too long, and its connection goes on", async () => {
  const { port, hostname } = new URL(url);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const sockets = new Set<unknown>();
  const ask = (method: string, path: string, chunks: string[]) =>
    new Promise<{ status: number | undefined; body: string }>((resolve, reject) => {
      const headers = { "content-type": "application/json" };
      const sent = request({ agent, host: hostname, port, method, path, headers }, (response) => {
        let body = "";
        response.setEncoding("utf8").on("data", (chunk) => (body += chunk));
        response.on("end", () => resolve({ status: response.statusCode, body }));
      });
      sent.on("socket", (socket) => sockets.add(socket)).on("error", reject);
      for (const chunk of chunks) sent.write(chunk);
      sent.end();
    });
  const tooLong = await ask("POST", "/api/users", Array(40).fill("x".repeat(10_000)));
  expect([tooLong.status, JSON.parse(tooLong.body).error.code]).toEqual([413, "too_large"]);
  expect(await ask("GET", "/api/health", [])).toEqual({ status: 200, body: '{"status":"ok"}' });
  expect(sockets.size).toBe(1);
  agent.destroy();
});

it("HEAD is answered as GET without its body", async () => {
  const answer = await fetch(`${url}/api/health`, { method: "HEAD" });
  expect([answer.status, await answer.text()]).toEqual([200, ""]);
});

/** As much of a browser as cookies need. */
function newBrowser(url: string, cookies = new Map<string, string>()) {
  async function ask(path: string, init: RequestInit = {}): Promise<Response> {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await fetch(`${url}${path}`, { redirect: "manual", ...init, headers: { ...init.headers, cookie } });
    for (const line of answer.headers.getSetCookie()) {
      const [pair = ""] = line.split(";");
      cookies.set(pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1));
    }
    return answer;
  }

  async function post(path: string, fields: Record<string, string>): Promise<Response> {
    const { csrfToken } = await (await ask("/api/auth/csrf")).json();
    const body = new URLSearchParams({ ...fields, csrfToken, json: "true" });
    return ask(path, { method: "POST", headers: { origin: url }, body });
  }

  return {
    fetch: ask,
    cookie: () => [...cookies].map(([name, value]) => `${name}=${value}`).join("; "),
    post,
    signIn: (email: string, password: string) => post("/api/auth/callback/credentials", { email, password }),
    copy: () => newBrowser(url, new Map(cookies)),
  };
}
