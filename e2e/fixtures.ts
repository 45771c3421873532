import { type BrowserContext, type BrowserContextOptions, test as base, expect, type Page } from "@playwright/test";
import { signUpPerson, type TestPerson } from "../test/support/person";
import { startTestServer, type TestServer } from "../test/support/server";
import { type Network, openNetwork } from "./network";

export { expect };

/** Somebody's browser: a Playwright page, whose it is, and their way to the server. */
export type PersonPage = Page & { person: TestPerson; network: Network };
/** The browser of somebody who is not signed in. */
export type StrangerPage = Page & { network: Network };

type TestFixtures = {
  /** `const grace = await as("Grace")`: a new account, signed in, in a browser of its own, at the first page. */
  as(name: string, options?: BrowserContextOptions): Promise<PersonPage>;
  /** Somebody whom the server does not know, at the given path. */
  stranger(path?: string, options?: BrowserContextOptions): Promise<StrangerPage>;
  /** A server on which nobody has signed up yet, for this test alone. */
  newServer: TestServer;
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
  newServer: async ({}, use) => {
    const server = await startTestServer();
    await use(server);
    await server.stop();
  },

  stage: async ({ browser }, use) => {
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
        context.on("page", (page) => listen(page, troubles));
        return { context, page: Object.assign(await context.newPage(), { network }) };
      },
    });

    for (const close of closers) await close();
    expect(
      troubles.filter((trouble) => !expected.some((pattern) => pattern.test(trouble))),
      "errors in the console",
    ).toEqual([]);
  },

  as: async ({ server, owner, stage }, use) => {
    await use(async (name, options = {}) => {
      expect(owner.id).toBeTruthy();
      const person = await signUpPerson(server.url, name);
      const { context, page } = await stage.open({ baseURL: server.url, ...options });
      await signIn(context, server.url, person);
      await page.goto("/");
      return Object.assign(page, { person });
    });
  },

  stranger: async ({ server, owner, stage }, use) => {
    await use(async (path = "/", options = {}) => {
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
    form: { csrfToken, email, password, json: "true" },
  });
  expect(answer.ok(), await answer.text()).toBe(true);
}

function listen(page: Page, troubles: string[]): void {
  page.on("pageerror", (error) => troubles.push(`${error.message}\n${error.stack ?? ""}`));
  page.on("console", (message) => {
    if (message.type() === "error") troubles.push(`${message.text()} (${message.location().url})`);
  });
}
