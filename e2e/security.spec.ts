import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Page } from "@playwright/test";
import { expect, test } from "./fixtures";
import { comeAlive } from "./talk";

// That every page has its headers and its policy, fetches nothing from elsewhere and logs no error is what the
// fixture looks after, in every test. Here is what the policy does.

test("each page has a nonce of its own, and its scripts bear it", async ({ stranger }) => {
  const page = await stranger("/sign-in");
  const nonces = new Set<string>();
  for (const path of ["/sign-in", "/sign-in", "/sign-up", "/invite/no-such-invite"]) {
    const answer = await page.goto(path);
    const nonce = /'nonce-([^']+)'/.exec(answer?.headers()["content-security-policy"] ?? "")?.[1] ?? "";
    nonces.add(nonce);
    const scripts = (await answer?.text())?.match(/<script\b[^>]*>/g) ?? [];
    expect(scripts.length).toBeGreaterThan(0);
    for (const script of scripts) expect(script).toContain(`nonce="${nonce}"`);
  }
  expect(nonces.size).toBe(4);
});

test("a script that did not come with the page does not run", async ({ as, expectTroubles }) => {
  expectTroubles(/Content Security Policy/);
  const grace = await as("Grace");
  const blocked = grace.evaluate(
    () =>
      new Promise<string>((resolve) => {
        document.addEventListener("securitypolicyviolation", ({ effectiveDirective }) => resolve(effectiveDirective));
        document.body.insertAdjacentHTML("beforeend", `<img src="data:," onerror="document.title = 'owned'">`);
      }),
  );
  expect(await blocked).toMatch(/^script-src/);
  await expect(grace).not.toHaveTitle("owned");
});

test("the session's cookie is no script's and no other site's", async ({ as }) => {
  const grace = await as("Grace");
  const cookies = await grace.context().cookies();
  const session = cookies.filter(({ name }) => name.includes("session-token"));
  expect(session).toHaveLength(1);
  expect(session[0]).toMatchObject({ httpOnly: true, sameSite: "Lax" });
  expect(await grace.evaluate(() => document.cookie)).not.toContain("session-token");
});

test("no other site opens a socket with somebody's cookie", async ({ as, server, expectTroubles }) => {
  const site = createServer((_, response) => response.end("<!doctype html><title>Another site</title>"));
  await new Promise<void>((resolve) => site.listen(0, "localhost", resolve));
  const elsewhere = `http://localhost:${(site.address() as AddressInfo).port}`;
  expectTroubles(/WebSocket connection to .* failed/, new RegExp(elsewhere));
  const grace = await as("Grace");

  // Cookies know no ports: the browser sends hers along.
  await grace.goto(elsewhere);
  expect(await opens(grace, server.socketUrl)).toBe(false);
  await grace.goto(server.url);
  await comeAlive(grace);
  expect(await opens(grace, server.socketUrl)).toBe(true);
  site.close();
});

function opens(page: Page, url: string): Promise<boolean> {
  return page.evaluate(
    (url) =>
      new Promise((resolve) => {
        const socket = new WebSocket(url);
        socket.onopen = () => {
          socket.close();
          resolve(true);
        };
        socket.onerror = () => resolve(false);
      }),
    url,
  );
}
