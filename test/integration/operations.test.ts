import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { metrics } from "@/server/metrics";
import { startTestServer, type TestServer } from "../support/server";

const TOKEN = "a-token-for-the-metrics-of-the-tests-only";

describe("/metrics", () => {
  let local: TestServer;
  let guarded: TestServer;
  beforeAll(async () => {
    local = await startTestServer();
    guarded = await startTestServer({ METRICS_TOKEN: TOKEN });
  });
  afterAll(async () => {
    await local?.stop();
    await guarded?.stop();
  });

  it("answers this machine, and nobody whom a proxy passes on", async () => {
    const answer = await fetch(`${local.url}/metrics`);
    expect(answer.status).toBe(200);
    expect(await answer.text()).toMatch(/^adda_sockets 0$/m);
    const forwarded = await fetch(`${local.url}/metrics`, { headers: { "X-Forwarded-For": "203.0.113.9" } });
    expect(forwarded.status).toBe(403);
  });

  it("asks for its token when it has one", async () => {
    expect((await fetch(`${guarded.url}/metrics`)).status).toBe(403);
    const wrong = { Authorization: `Bearer ${TOKEN}x` };
    expect((await fetch(`${guarded.url}/metrics`, { headers: wrong })).status).toBe(403);
    const right = { Authorization: `Bearer ${TOKEN}` };
    expect((await fetch(`${guarded.url}/metrics`, { headers: right })).status).toBe(200);
  });
});

it("the dashboard and the operations page name only metrics that exist", async () => {
  const known = new Set((await metrics().registry.getMetricsAsJSON()).map(({ name }) => name));
  const texts = ["deploy/grafana-dashboard.json", "docs/operations.md"].map((file) => readFileSync(file, "utf8"));
  const named = texts.flatMap((text) => text.match(/\b(adda|nodejs|process)_[a-z0-9_]+/g) ?? []);
  expect(named.length).toBeGreaterThan(20);
  for (const name of named) expect(known).toContain(name.replace(/_(bucket|sum|count)$/, ""));
});
