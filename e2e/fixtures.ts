import { type BrowserContext, type BrowserContextOptions, test as base, expect, type Page } from "@playwright/test";
import { signUpPerson, type TestPerson } from "../test/support/person";
import { type Environment, startTestServer, type TestServer } from "../test/support/server";
import { type Network, openNetwork } from "./network";
import { findPolicyFaults } from "./policy";
import { comeAlive } from "./talk";

export { expect };

/** Somebody's browser: a Playwright page, whose it is, and their way to the server. */
export type PersonPage = Page & { person: TestPerson; network: Network };
/** The browser of somebody who is not signed in. */
export type StrangerPage = Page & { network: Network };

/** `server`: another one than the worker's. */
type BrowserOptions = BrowserContextOptions & { server?: TestServer };

type TestFixtures = {
  /**
   * `const grace = await as("Grace")`: a new account, signed in, in a browser of its own, at the first page.
   * Given somebody who has an account, it is one more browser of theirs.
   */
  as(who: string | TestPerson, options?: BrowserOptions): Promise<PersonPage>;
  /** Somebody whom the server does not know, at the given path. */
  stranger(path?: string, options?: BrowserOptions): Promise<StrangerPage>;
  /** A server on which nobody has signed up yet, for this test alone. */
  startServer(environment?: Environment): Promise<TestServer>;
  /** Errors in a browser's console fail the test, but for those that it says it causes. */
  expectTroubles(...patterns: RegExp[]): void;
};

type WorkerFixtures = {
  /** The worker's server, and its owner, who signed up first. */
  server: TestServer;
  owner: TestPerson;
};

/** What Chromium says of requests and sockets that a broken network or a dead server ends. */
export const NETWORK_TROUBLES = /net::ERR_|WebSocket connection to .* failed|Failed to fetch|status of 50[0-9]/;

type Stage = {
  open(options: BrowserContextOptions): Promise<{ context: BrowserContext; page: StrangerPage }>;
  troubles: string[];
  expected: RegExp[];
};

export const test = base.extend<TestFixtures & { stage: Stage }, WorkerFixtures>({
  server: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of a fixture's needs from its pattern
    async ({}, use) => {
      const server = await startTestServer();
      await use(server);
      await server.stop();
    },
    { scope: "worker" },
  ],

  owner: [async ({ server }, use) => use(await signUpPerson(server.url, "Olga")), { scope: "worker" }],

  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of a fixture's needs from its pattern
  startServer: async ({}, use) => {
    const started: TestServer[] = [];
    await use(async (environment) => {
      const server = await startTestServer(environment);
      started.push(server);
      return server;
    });
    for (const server of started) await server.stop();
  },

  // Needs the servers, so that the pages are closed before those stop.
  stage: async ({ browser, startServer: _servers }, use) => {
    const closers: (() => Promise<unknown>)[] = [];
    const troubles: string[] = [];
    const expected: RegExp[] = [];

    await use({
      troubles,
      expected,
      async open(options) {
        const network = await openNetwork();
        const context = await browser.newContext({ ...options, proxy: network.proxy });
        closers.push(() => context.close(), network.close);
        context.on("page", (page) => listen(page, options.baseURL ?? "", troubles));
        return { context, page: Object.assign(await context.newPage(), { network }) };
      },
    });

    for (const close of closers) await close();
    expect(
      troubles.filter((trouble) => !expected.some((pattern) => pattern.test(trouble))),
      "troubles in the browsers",
    ).toEqual([]);
  },

  as: async ({ server: own, owner, stage }, use) => {
    await use(async (who, { server = own, ...options } = {}) => {
      expect(owner.id).toBeTruthy();
      const person = typeof who === "string" ? await signUpPerson(server.url, who) : who;
      const { context, page } = await stage.open({ baseURL: server.url, ...options });
      await signIn(context, server.url, person);
      await page.goto("/");
      await comeAlive(page);
      return Object.assign(page, { person });
    });
  },

  stranger: async ({ server: own, owner, stage }, use) => {
    await use(async (path = "/", { server = own, ...options } = {}) => {
      expect(owner.id).toBeTruthy();
      const { page } = await stage.open({ baseURL: server.url, ...options });
      await page.goto(path);
      return page;
    });
  },

  expectTroubles: async ({ stage }, use) => {
    await use((...patterns) => void stage.expected.push(...patterns));
  },
});

/** As the sign-in page does, without its form; the form has a test of its own. */
async function signIn(context: BrowserContext, url: string, { email, password }: TestPerson): Promise<void> {
  const { csrfToken } = await (await context.request.get(`${url}/api/auth/csrf`)).json();
  const answer = await context.request.post(`${url}/api/auth/callback/credentials`, {
    headers: { Origin: url },
    form: { csrfToken, email, password, json: "true" },
  });
  expect(answer.ok(), await answer.text()).toBe(true);
}

/** What must happen on no page: an error in the console, a request to elsewhere, a page without its policy. */
function listen(page: Page, origin: string, troubles: string[]): void {
  page.on("pageerror", (error) => troubles.push(`${error.message}\n${error.stack ?? ""}`));
  page.on("console", (message) => {
    if (message.type() === "error") troubles.push(`${message.text()} (${message.location().url})`);
  });
  page.on("request", (request) => {
    if (!isOwn(request.url(), origin)) troubles.push(`A request left for ${request.url()}`);
  });
  page.on("websocket", (socket) => {
    if (!isOwn(socket.url(), origin.replace(/^http/, "ws"))) troubles.push(`A socket left for ${socket.url()}`);
  });
  page.on("response", async (response) => {
    if (response.request().resourceType() === "document") troubles.push(...findPolicyFaults(response));
  });
}

function isOwn(url: string, origin: string): boolean {
  return url.startsWith(`${origin}/`) || /^(about|blob|data):/.test(url);
}
