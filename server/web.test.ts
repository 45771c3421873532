import { createServer, type IncomingHttpHeaders, request, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { afterEach, describe, expect, it, vi } from "vitest";
import { readConfig } from "./config";
import { log } from "./log";
import type { Pages } from "./pages";
import { serve } from "./web";

let server: Server;
let seen: IncomingHttpHeaders[];
let upgraded: string[];

afterEach(() => new Promise((resolve) => server.close(resolve)));

async function start(env: Record<string, string> = {}, pages: Partial<Pages> = {}): Promise<number> {
  seen = [];
  upgraded = [];
  server = createServer();
  serve(server, {
    config: readConfig({ AUTH_SECRET: "x".repeat(32), ...env }),
    isDevelopment: false,
    pages: {
      async handle(incoming, response) {
        seen.push(incoming.headers);
        response.end("a page");
      },
      handleUpgrade: null,
      close: async () => {},
      ...pages,
    },
    transfer: { handle: () => false, storage: { uploadOrigin: null } },
    handleUpgrade(incoming, socket) {
      upgraded.push(String(incoming.headers["x-adda-address"]));
      socket.end("HTTP/1.1 401 Unauthorized\r\n\r\n");
    },
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

function get(
  port: number,
  headers: Record<string, string> = {},
  path = "/rooms?token=secret",
): Promise<{ status: number; headers: IncomingHttpHeaders }> {
  return new Promise((resolve, reject) => {
    request({ port, host: "127.0.0.1", path, headers, agent: false }, (response) => {
      response.resume();
      response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers }));
    })
      .on("error", reject)
      .end();
  });
}

/** What the server says to an upgrade before it ends the connection. */
function upgrade(port: number, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`);
    });
    let answer = "";
    socket.on("data", (chunk) => {
      answer += String(chunk);
    });
    socket.on("error", reject);
    socket.on("close", () => resolve(answer));
  });
}

describe("a request", () => {
  it("is told who asks, whatever it claims itself", async () => {
    const port = await start();
    await get(port, {
      "x-adda-address": "1.2.3.4",
      "x-adda-request-id": "mine",
      "x-forwarded-for": "1.2.3.4",
      "x-forwarded-host": "evil.example.org",
      "content-security-policy": "script-src 'nonce-mine'",
    });
    const [headers = {}] = seen;
    expect(headers["x-adda-address"]).toBe("127.0.0.1");
    expect(headers["x-adda-request-id"]).not.toBe("mine");
    expect(headers["x-forwarded-for"]).toBeUndefined();
    expect(headers["x-forwarded-host"]).toBeUndefined();
    expect(headers["content-security-policy"]).not.toContain("nonce-mine");
  });

  it("keeps what our proxy says of it", async () => {
    const port = await start({ TRUST_PROXY: "true" });
    await get(port, { "x-forwarded-for": "9.9.9.9, 203.0.113.9", "x-forwarded-host": "chat.example.org" });
    expect(seen[0]).toMatchObject({ "x-adda-address": "203.0.113.9", "x-forwarded-host": "chat.example.org" });
  });

  it("is answered with the policy whose nonce the page was made with, and a new one each time", async () => {
    const port = await start();
    const answers = [await get(port), await get(port)];
    const policies = answers.map(({ headers }) => headers["content-security-policy"]);

    expect(policies).toEqual(seen.map((headers) => headers["content-security-policy"]));
    expect(policies[0]).not.toBe(policies[1]);
    expect(answers[0]?.headers).toMatchObject({ "x-content-type-options": "nosniff", "x-frame-options": "DENY" });
    expect(answers[0]?.headers["x-request-id"]).toBe(seen[0]?.["x-adda-request-id"]);
  });

  it("is logged without what would let a reader of the log in", async () => {
    const debug = vi.spyOn(log, "debug").mockImplementation(() => {});
    const port = await start();
    await get(port, {}, "/invite/the-secret?token=secret");
    await get(port, {}, "/invite/the-secret/more");
    await get(port, {}, "/uploads/the-ticket");
    await get(port, {}, "/rooms/lobby?token=secret");
    await vi.waitFor(() => expect(debug).toHaveBeenCalledTimes(4));
    const paths = debug.mock.calls.map(([entry]) => (entry as unknown as { path: string }).path);
    expect(paths).toEqual(["/invite/[removed]", "/invite/[removed]/more", "/uploads/[removed]", "/rooms/lobby"]);
    debug.mockRestore();
  });

  it("is answered when the page fails", async () => {
    const port = await start({}, { handle: () => Promise.reject(new Error("planted")) });
    expect((await get(port)).status).toBe(500);
  });
});

describe("an upgrade", () => {
  it("reaches the socket's handler at its one path", async () => {
    const port = await start();
    expect(await upgrade(port, "/ws?anything")).toContain("401");
    expect(upgraded).toEqual(["127.0.0.1"]);
  });

  it.each(["/", "/ws/", "/WS", "/wss", "//ws", "/_next/hmr", "/%77s"])(
    "is cut off without a word at %s",
    async (path) => {
      const port = await start();
      expect(await upgrade(port, path)).toBe("");
      expect(upgraded).toEqual([]);
    },
  );
});

describe("the address of the socket, asked without an upgrade", () => {
  it("is answered with 426 that names the headers, and logged once for the operator", async () => {
    const warn = vi.spyOn(log, "warn").mockImplementation(() => {});
    const port = await start();
    const answer = await fetch(`http://127.0.0.1:${port}/ws`);
    expect(answer.status).toBe(426);
    const { error } = await answer.json();
    expect(error).toMatchObject({ code: "malformed", message: expect.stringContaining('"Upgrade: websocket"') });
    await fetch(`http://127.0.0.1:${port}/ws`);
    expect(warn.mock.calls.map(([, message]) => message)).toEqual([expect.stringContaining("Behind a proxy")]);
    expect(seen).toEqual([]);
  });
});

describe("a request for another name", () => {
  it("is refused, so that DNS rebinding fails", async () => {
    vi.spyOn(log, "warn").mockImplementation(() => {});
    const port = await start();
    expect((await get(port, { host: "evil.example" })).status).toBe(421);
    expect(seen).toEqual([]);
  });

  it("is answered where it probes, or shows a token", async () => {
    const port = await start();
    expect((await get(port, { host: "adda-1:3000" }, "/api/ready")).status).toBe(200);
    expect((await get(port, { host: "adda-1:3000", authorization: "Bearer x" }, "/api/rooms")).status).toBe(200);
  });

  it("is answered for the name in PUBLIC_URL", async () => {
    const port = await start({ PUBLIC_URL: "https://chat.example.org" });
    expect((await get(port, { host: "chat.example.org" })).status).toBe(200);
  });
});

describe("a page that is asked for by another page", () => {
  it("is refused as malformed when the header about that page cannot be read", async () => {
    const port = await start();
    const ask = (state: string) => get(port, { rsc: "1", "next-router-state-tree": state });
    expect((await ask(encodeURIComponent('["",{"children":["rooms",{}]},null,null]'))).status).toBe(200);
    for (const state of ["garbage", "%", "%5B%22%22%2C1%5D", "", "x".repeat(9_000)]) {
      expect([state.slice(0, 20), (await ask(state)).status]).toEqual([state.slice(0, 20), 400]);
    }
    expect(seen.length).toBe(1);
  });
});

describe("a change that a browser asks for with its cookie", () => {
  const post = (port: number, headers: Record<string, string>) =>
    fetch(`http://127.0.0.1:${port}/sign-in`, {
      method: "POST",
      headers: { cookie: "a=b", "next-action": "x", ...headers },
    });

  it("is taken from our own pages alone, and says so otherwise", async () => {
    const port = await start();
    expect((await post(port, { origin: `http://127.0.0.1:${port}` })).status).toBe(200);
    for (const headers of [{}, { origin: "http://evil.example" }, { origin: "null" }]) {
      const answer = await post(port, headers as Record<string, string>);
      expect([answer.status, (await answer.json()).error.code]).toEqual([403, "forbidden"]);
    }
    expect((await post(port, { authorization: "Bearer x" })).status).toBe(200);
  });
});
