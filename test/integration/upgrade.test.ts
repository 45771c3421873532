import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { buildPages } from "@/server/build";
import { buildFolder, isBuilt } from "@/server/builds";
import { checkMigrations, migrate } from "@/server/db/migrate";
import { createEmptyDatabase, type TestDatabase } from "../support/database";
import { startNginx } from "../support/nginx";
import { signUpPerson } from "../support/person";
import { TestSocket } from "../support/realtime";
import { AUTH_SECRET, launch, startTestServer, type TestServer } from "../support/server";

// This checkout is the previous version here: the next one has its migrations and some more.
let next: string;
let server: TestServer;

beforeAll(async () => {
  next = await mkdtemp(join(tmpdir(), "adda-next-version-"));
  await cp("prisma/migrations", next, { recursive: true });
  server = await startTestServer();
});
afterAll(async () => {
  await server?.stop();
  await rm(next, { recursive: true });
});

async function addToNext(name: string, sql: string): Promise<void> {
  await mkdir(join(next, name));
  await writeFile(join(next, name, "migration.sql"), sql);
}

/** `npm run adda -- …` of this version. */
async function runCommand({ url }: TestDatabase, ...words: string[]): Promise<string> {
  const env = { ...process.env, DATABASE_URL: url, AUTH_SECRET, LOG_LEVEL: "fatal" };
  const args = ["--import", "tsx", "server/cli.ts", ...words];
  return (await promisify(execFile)(process.execPath, args, { env })).stdout;
}

describe("a page that was opened before an upgrade", () => {
  const other = buildFolder(randomBytes(8).toString("hex"));
  beforeAll(async () => {
    await mkdir(join(other, "static/chunks"), { recursive: true });
    await writeFile(join(other, "static/chunks/other-version.js"), "let other;");
    // Nobody else's start removes it meanwhile.
    await writeFile(join(other, `served-by-${process.pid}`), "");
  });
  afterAll(() => rm(other, { recursive: true }));

  it("finds the files of its own version, and no others, next to those of the version that is served", async () => {
    const file = await fetch(`${server.url}/_next/static/chunks/other-version.js`);
    expect(file.status).toBe(200);
    expect(file.headers.get("content-type")).toContain("javascript");
    expect(file.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
    expect(file.headers.get("x-content-type-options")).toBe("nosniff");
    expect(await file.text()).toBe("let other;");

    expect(await statusesOfPage()).toEqual(new Set([200]));
    for (const path of [
      "chunks/nowhere.js",
      "..%2f..%2fBUILD_ID",
      "chunks%2f..%2f..%2f..%2factions-key",
      "chunks",
      "",
    ]) {
      expect((await fetch(`${server.url}/_next/static/${path}`, { redirect: "manual" })).status, path).not.toBe(200);
    }
  });
});

it("opens every page with all its files while the next version is built beside it, and after that", async () => {
  const next = buildFolder(randomBytes(8).toString("hex"));
  onTestFinished(() => rm(next, { recursive: true, force: true }));
  let isBuilding = true;
  const building = buildPages(next, { root: process.cwd(), say: () => {} }).finally(() => {
    isBuilding = false;
  });
  const seen = new Set<number>();
  while (isBuilding) {
    for (const status of await statusesOfPage()) seen.add(status);
    await delay(200);
  }
  await building;
  expect(isBuilt(process.cwd(), next)).toBe(true);
  expect(new Set([...seen, ...(await statusesOfPage())])).toEqual(new Set([200]));
}, 300_000);

it("finds its files behind nginx while only some processes have them, as in a rolling deploy of images", async () => {
  const [old, upgraded] = await Promise.all([
    startVersion("/_next/static/old.js"),
    startVersion("/_next/static/new.js"),
  ]);
  const proxy = await startNginx([old.url, upgraded.url]);
  onTestFinished(async () => {
    await proxy.stop();
    await Promise.all([old.stop(), upgraded.stop()]);
  });
  for (const name of ["old.js", "new.js", "old.js", "new.js"]) {
    expect((await fetch(`${proxy.url}/_next/static/${name}`)).status, name).toBe(200);
  }
  expect((await fetch(`${proxy.url}/_next/static/nowhere.js`)).status).toBe(404);
});

describe("the previous version", { timeout: 60_000 }, () => {
  it("goes on, and starts again, on the schema of the next one while that only adds", async () => {
    const ada = await signUpPerson(server.url, "Ada");
    await addToNext(
      "29990101000000_expand_moods",
      `ALTER TABLE "Message" ADD COLUMN "mood" TEXT NOT NULL DEFAULT 'calm';
       ALTER TABLE "User" ADD COLUMN "mood" TEXT;
       CREATE TABLE "Mood" ("id" UUID PRIMARY KEY, "userId" UUID NOT NULL REFERENCES "User" ("id"));`,
    );
    expect(await migrate(server.database.url, next)).toEqual(["29990101000000_expand_moods"]);

    expect(await say(server, ada.token, "still the old process")).toBe("still the old process");
    await server.terminate();
    await server.restart();
    expect(server.output()).toContain("A newer Adda has migrated the database (29990101000000_expand_moods)");
    expect(await say(server, ada.token, "the old version again")).toBe("the old version again");
    const grace = await signUpPerson(server.url, "Grace");
    expect(await say(server, grace.token, "and somebody new")).toBe("and somebody new");
    expect(await checkMigrations(server.database.url, "prisma/migrations")).toEqual({
      pending: [],
      newer: ["29990101000000_expand_moods"],
      isNew: false,
    });
  });

  it("is told in one line that it cannot start any more once something that it uses may be gone", async () => {
    await addToNext("29990102000000_contract_portraits", `ALTER TABLE "User" RENAME COLUMN "name" TO "title"`);
    await migrate(server.database.url, next);

    const start = launch({ PORT: "0", AUTH_SECRET, DATABASE_URL: server.database.url });
    await expect(start).rejects.toThrow(
      /^Adda ended with 1:\nThe database has the migration 29990102000000_contract_portraits, which this Adda does not know and cannot work with: it is newer. Update Adda.\n$/,
    );
  });
});

describe("a command of the next version", { timeout: 60_000 }, () => {
  const first = "20261123000000_first_conversation";
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createEmptyDatabase();
    await migrate(database.url, "prisma/migrations", { only: (name) => name === first });
  });
  afterAll(() => database?.stop());

  it("lists what the start would apply, says who could go on, and applies nothing", async () => {
    const { pending, newer, rolling } = JSON.parse(await runCommand(database, "upgrade-check", "--json"));
    expect(pending[0]).toEqual({ name: "20261124000000_ended_sessions", previousRuns: false });
    expect({ newer, rolling }).toEqual({ newer: [], rolling: false });
    expect(await runCommand(database, "upgrade-check")).toContain(
      "  20261124000000_ended_sessions  BREAKS the previous version\n",
    );
    expect((await checkMigrations(database.url, "prisma/migrations")).pending).toHaveLength(pending.length);
  });

  it("does not migrate under the server of the previous one", async () => {
    await expect(runCommand(database, "users", "list")).rejects.toThrow(
      "The database lacks the migration 20261124000000_ended_sessions of this version. Start this version first",
    );
    const { pending } = await checkMigrations(database.url, "prisma/migrations");
    expect(pending[0]?.name).toBe("20261124000000_ended_sessions");
  });
});

/** What a page and each of its files answer. */
async function statusesOfPage(): Promise<Set<number>> {
  const page = await fetch(`${server.url}/sign-up`);
  const files = new Set((await page.text()).match(/\/_next\/static\/[^"\\]+/g));
  expect(files.size).toBeGreaterThan(5);
  const answers = await Promise.all([...files].map((path) => fetch(`${server.url}${path}`)));
  await Promise.all(answers.map((answer) => answer.arrayBuffer()));
  return new Set([page, ...answers].map(({ status }) => status));
}

async function say({ socketUrl }: TestServer, token: string, message: string): Promise<string> {
  const socket = await TestSocket.open(socketUrl, { authorization: `Bearer ${token}` });
  try {
    await socket.join("lobby");
    return (await socket.say(message)).message;
  } finally {
    socket.close();
  }
}

/** What one version's process has, as nginx sees it. */
async function startVersion(path: string) {
  const http = createServer((request, response) => response.writeHead(request.url === path ? 200 : 404).end());
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    async stop() {
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}
