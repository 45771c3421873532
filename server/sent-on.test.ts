import { createServer, type IncomingHttpHeaders, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, it } from "vitest";
import { readConfig } from "./config";
import { OwnHosts } from "./own-hosts";
import { sendToPublicUrl } from "./sent-on";

const PUBLIC_URL = "https://chat.example.org";
const BROWSER = { accept: "text/html,*/*" };
let server: Server | undefined;

afterEach(() => server?.close());

/** What a server at that setting does with the request: where it sends the browser, or null. */
async function ask(headers: IncomingHttpHeaders, settings: Record<string, string> = { PUBLIC_URL }) {
  const config = readConfig({ AUTH_SECRET: "x".repeat(32), ...settings });
  const hosts = new OwnHosts(config);
  server?.close();
  server = createServer((incoming, response) => {
    if (!sendToPublicUrl(incoming, response, { config, hosts })) response.end("a page");
  });
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return new Promise<{ location: string | null; cookie: string }>((resolve, reject) => {
    request(
      { port, host: "127.0.0.1", path: "/rooms/lunch?at=7", headers: { ...headers }, agent: false },
      (response) => {
        response.resume();
        const [cookie = ""] = response.headers["set-cookie"] ?? [];
        response.on("end", () => resolve({ location: response.headers.location ?? null, cookie }));
      },
    )
      .on("error", reject)
      .end();
  });
}

it("a browser that opens a page by another name of the machine is sent to PUBLIC_URL, once", async () => {
  const { location, cookie } = await ask({ host: "127.0.0.1:3000", ...BROWSER });
  expect(location).toBe(`${PUBLIC_URL}/rooms/lunch?at=7`);
  // A proxy that passes no Host on leads back here: the browser shows the mark, and gets its page.
  const back = await ask({ host: "127.0.0.1:3000", cookie: cookie.split(";", 1)[0], ...BROWSER });
  expect(back.location).toBeNull();
});

it.each([
  ["the public name itself", { host: "chat.example.org", ...BROWSER }],
  ["what a proxy passed on", { host: "127.0.0.1:3000", "x-forwarded-for": "192.0.2.7", ...BROWSER }],
  ["a program", { host: "127.0.0.1:3000", accept: "application/json" }],
  ["a program with a token", { host: "127.0.0.1:3000", authorization: "Bearer x", ...BROWSER }],
])("%s is answered where it asked", async (_, headers) => {
  expect((await ask(headers)).location).toBeNull();
});

it("without PUBLIC_URL, and at an address of ALLOWED_ORIGINS, everybody is answered where they asked", async () => {
  expect((await ask({ host: "127.0.0.1:3000", ...BROWSER }, {})).location).toBeNull();
  const allowed = { PUBLIC_URL, ALLOWED_ORIGINS: "http://127.0.0.1:3000" };
  expect((await ask({ host: "127.0.0.1:3000", ...BROWSER }, allowed)).location).toBeNull();
});
