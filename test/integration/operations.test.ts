import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { metrics } from "@/server/metrics";
import { serve } from "@/server/web";
import { testConfig } from "../support/domain";
import { signUpPerson } from "../support/person";
import { startTestServer, type TestServer } from "../support/server";

const TOKEN = "a-token-for-the-metrics-of-the-tests-only";

describe("/metrics", () => {
  let local: TestServer;
  let guarded: TestServer;
  beforeAll(async () => {
    local = await startTestServer({ LOG_LEVEL: "info" });
    guarded = await startTestServer({ METRICS_TOKEN: TOKEN });
  });
  afterAll(async () => {
    await local?.stop();
    await guarded?.stop();
  });

  it("answers this machine, and nobody whose request a proxy on this machine passes on", async () => {
    const answer = await fetch(`${local.url}/metrics`);
    expect(answer.status).toBe(200);
    expect(await answer.text()).toMatch(/^adda_sockets 0$/m);
    const passedOn: [headers: Record<string, string>, version?: "1.0"][] = [
      [{ "X-Forwarded-For": "203.0.113.9" }],
      [{ "X-Real-IP": "203.0.113.9" }],
      [{ Forwarded: "for=203.0.113.9" }],
      [{ Via: "1.1 proxy" }],
      [{ "CF-Connecting-IP": "203.0.113.9" }],
      [{ Host: "chat.example.org" }],
      [{}, "1.0"],
    ];
    for (const [headers, version] of passedOn) {
      expect(await statusOfMetrics(local.url, headers, version), JSON.stringify(headers)).toBe(403);
    }
    expect(await statusOfMetrics(local.url, {})).toBe(200);
  });

  it("counts requests by route, connections to the database, accounts and files; and refusals are in the log", async () => {
    const headers = { "X-Request": "refused", Authorization: "Bearer made-up" };
    const id = randomUUID();
    expect((await fetch(`${local.url}/api/rooms/${id}/messages`, { headers })).status).toBe(401);
    const grace = await signUpPerson(local.url, "Grace");
    const signIn = { email: grace.email, password: "not the one" };
    await fetch(`${local.url}/api/tokens`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ ...signIn, name: "guess" }),
    });
    const read = async () => (await fetch(`${local.url}/metrics`)).text();
    const text = await read();
    expect(text).toContain('adda_request_seconds_count{route="/api/rooms/[room]/messages",status="4xx"} 1');
    expect(text).not.toContain(id);
    expect(text).toMatch(/^adda_database_connections\{state="(busy|idle)"\} [1-9]/m);
    expect(text).toMatch(/^adda_database_waiting 0$/m);
    expect(text).toMatch(/^adda_accounts\{state="active"\} \d+$/m);
    expect(text).toMatch(/^adda_stored_bytes \d+$/m);
    expect(text).toContain('adda_sign_ins_total{outcome="no_match"} 1');

    const lines = local
      .output()
      .split("\n")
      .filter((line) => line.startsWith("{"));
    const said = lines.map((line) => JSON.parse(line));
    expect(said).toContainEqual(
      expect.objectContaining({ level: "info", msg: "A request was refused.", status: 401, address: "127.0.0.1" }),
    );
    expect(said).toContainEqual(
      expect.objectContaining({ level: "info", msg: "A sign-in failed.", outcome: "no_match", userId: grace.id }),
    );
    expect(local.output()).not.toContain(grace.email);
  });

  it("is closed without a token where a proxy is configured", async () => {
    for (const [name, value] of [
      ["TRUST_PROXY", "true"],
      ["PUBLIC_URL", "https://chat.example.org"],
    ] as const) {
      const config = testConfig({ [name]: value });
      const server = createServer();
      serve(server, { config, ...NOTHING_BEHIND });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      const { port } = server.address() as AddressInfo;
      expect(await statusOfMetrics(`http://127.0.0.1:${port}`, {})).toBe(403);
      await new Promise((resolve) => server.close(resolve));
    }
  });

  it("asks for its token when it has one", async () => {
    expect((await fetch(`${guarded.url}/metrics`)).status).toBe(403);
    const wrong = { Authorization: `Bearer ${TOKEN}x` };
    expect((await fetch(`${guarded.url}/metrics`, { headers: wrong })).status).toBe(403);
    const right = { Authorization: `Bearer ${TOKEN}` };
    expect((await fetch(`${guarded.url}/metrics`, { headers: right })).status).toBe(200);
  });
});

it("all that a server in production writes is the setup link, where it is and lines of JSON, also what Next says", async () => {
  const server = await startTestServer({ LOG_LEVEL: "info" });
  const headers = { "Next-Action": "f".repeat(40), Origin: server.url, "Content-Type": "text/plain" };
  await fetch(`${server.url}/sign-in`, { method: "POST", headers, body: "[]" });
  await expect.poll(server.output, { timeout: 15_000 }).toContain("The Server Reference ID did not match");
  const lines = server.output().trim().split("\n");
  const others = lines.filter(
    (line) => !line.startsWith("{") && !line.startsWith("Others in your network open http://"),
  );
  expect(others).toEqual([expect.stringMatching(/^Create the first account/), `Adda is at ${server.url}`]);
  const said = lines.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
  expect(said).toContainEqual(expect.objectContaining({ source: "console", pid: server.pid() }));
  await server.stop();
});

it("the dashboard and the operations page name only metrics that exist", async () => {
  const known = new Set((await metrics().registry.getMetricsAsJSON()).map(({ name }) => name));
  const texts = ["deploy/grafana-dashboard.json", "docs/operations.md"].map((file) => readFileSync(file, "utf8"));
  const named = texts.flatMap((text) => text.match(/\b(adda|nodejs|process)_[a-z0-9_]+/g) ?? []);
  expect(named.length).toBeGreaterThan(20);
  for (const name of named) expect(known).toContain(name.replace(/_(bucket|sum|count)$/, ""));
});

const NOTHING_BEHIND: Omit<Parameters<typeof serve>[1], "config"> = {
  pages: { handle: async () => {}, handleUpgrade: null, close: async () => {} },
  transfer: { handle: () => false, storage: { uploadOrigin: null } },
  handleUpgrade: () => {},
  isDevelopment: false,
};

/** Asked by hand: a client would choose the version and the name itself. */
async function statusOfMetrics(url: string, headers: Record<string, string>, version = "1.1"): Promise<number> {
  const { hostname, port, host } = new URL(url);
  const socket = connect(Number(port), hostname);
  const all = Object.entries({ Host: host, Connection: "close", ...headers });
  socket.write(`GET /metrics HTTP/${version}\r\n${all.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n`);
  let answer = "";
  for await (const chunk of socket) answer += chunk;
  return Number(/^HTTP\/1\.\d (\d+)/.exec(answer)?.[1]);
}
