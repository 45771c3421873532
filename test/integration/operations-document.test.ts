import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createEmptyDatabase, type TestDatabase } from "../support/database";
import { PASSWORD, signUpPerson } from "../support/person";
import { startTestServer, type TestServer } from "../support/server";

const PAGE = readFileSync("docs/operations.md", "utf8");
/** Every operator command that stands on a line of its own, in the order of the page. */
const COMMANDS = [...PAGE.matchAll(/^ {4}(?:[A-Z]+=\S+ )?npm run adda -- (.+)$/gm)].map(([, words = ""]) => words);
/** backup.test.ts runs these, on a server of its own. */
const ELSEWHERE = /^(backup|verify|restore) /;

let server: TestServer;
let other: TestDatabase;
let dataDir: string;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "adda-operations-"));
  server = await startTestServer({ DATA_DIR: dataDir });
  other = await createEmptyDatabase();
  const owner = await signUpPerson(server.url, "Olive");
  for (const name of ["Grace", "Eve"]) {
    const account = { name, email: `${name.toLowerCase()}@example.org`, password: PASSWORD };
    const answer = await fetch(`${server.url}/api/users`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(account),
    });
    expect(answer.status).toBe(201);
  }
  await owner.call("POST", "/api/rooms", { name: "Lunch" });
}, 60_000);

afterAll(async () => {
  await server?.stop();
  await other?.stop();
  await rm(dataDir, { recursive: true, force: true });
});

it("each operator command of the page does what it says, in the page's order", { timeout: 180_000 }, async () => {
  const here = COMMANDS.filter((words) => !ELSEWHERE.test(words));
  expect(COMMANDS.length - here.length).toBe(3);
  expect(here.length).toBeGreaterThan(12);
  const said: string[] = [];
  for (const words of here) said.push(await run(words));

  const answerTo = (start: string) => said[here.findIndex((words) => words.startsWith(start))];
  expect(answerTo("users list")).toContain("grace@example.org");
  expect(answerTo("users reset-password")).toContain(`${server.url}/reset/`);
  expect(answerTo("rooms delete")).toBe("#Lunch is deleted.\n");
  expect(answerTo("db move")).toMatch(/User: 4\n/);
});

/** @returns what it prints. @throws Error with what it prints when it does not end with 0. */
async function run(words: string): Promise<string> {
  const target = new URL(other.url);
  const { password } = target;
  target.password = "";
  const argv = words
    .replace("/root/", `${dataDir}/`)
    .replace("postgresql://adda@db.example.org/adda", target.href)
    .split(" ");
  const env = {
    ...process.env,
    DATA_DIR: dataDir,
    DATABASE_URL: server.database.url,
    PUBLIC_URL: server.url,
    ...(password && { PGPASSWORD: password }),
  };
  const { stdout } = await promisify(execFile)(process.execPath, ["--import", "tsx", "server/cli.ts", ...argv], {
    env,
  });
  return stdout;
}
