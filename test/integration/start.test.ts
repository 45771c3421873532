import { execFile, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, statSync } from "node:fs";
import { chmod, chown, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { isAlive } from "@/server/is-alive";
import { canEnterClosedFolders } from "@/server/postgres/account";
import { createTestDatabase } from "../support/database";
import { signUpPerson } from "../support/person";
import { type Environment, launch } from "../support/server";
import { signIn } from "../support/sign-in";

let dataDir: string;
let started: Awaited<ReturnType<typeof launch>>[];

beforeEach(async () => {
  started = [];
  dataDir = await mkdtemp(join(tmpdir(), "adda-start-"));
});

afterEach(async () => {
  // First who would start the database again; then the database, which waits for its own processes.
  for (const adda of started) await adda.end("SIGKILL");
  const pid = postmaster();
  if (pid) await endOf(pid, "SIGQUIT");
  await rm(dataDir, { recursive: true });
});

/** As `npm start` on a bare machine: nothing is set but where the data goes and a free port. */
async function start(environment: Environment = {}) {
  const adda = await launch({ DATA_DIR: dataDir, PORT: "0", LOG_LEVEL: "info", ...environment });
  started.push(adda);
  return adda;
}

/** A start that is not to succeed: how it ended, and what it said. */
async function tryToStart(environment: Environment, before: string[] = []) {
  const child = spawnAdda(environment, before);
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (said += String(chunk)));
  const [code] = await once(child, "close");
  return { code, said };
}

/** What names the server that has the folder. */
function owned({ pid, url }: { pid: number; url: string }): RegExp {
  return new RegExp(`^Adda runs already on ${dataDir} \\(process ${pid} on \\S+, ${url}, since \\S+\\): stop it first`);
}

function spawnAdda(environment: Environment = {}, before: string[] = []) {
  const { PATH, NODE_ENV } = process.env;
  const [file = "", ...args] = [...before, process.execPath, "--import", "tsx", "server/main.ts"];
  return spawn(file, args, {
    env: { PATH, NODE_ENV, DATA_DIR: dataDir, PORT: "0", ...environment },
  });
}

/** `npm run adda -- …` on the test's folder. @returns what it prints. */
async function runCommand(...words: string[]): Promise<string> {
  const env = { ...process.env, DATA_DIR: dataDir, LOG_LEVEL: "fatal" };
  const { stdout } = await promisify(execFile)(process.execPath, ["--import", "tsx", "server/cli.ts", ...words], {
    env,
  });
  return stdout;
}

/** The pid of the PostgreSQL that runs on the test's folder. */
function postmaster(): number | null {
  const file = join(dataDir, "postgres/data/postmaster.pid");
  return existsSync(file) ? Number(readFileSync(file, "utf8").split("\n")[0]) : null;
}

function addressesOfThisMachine(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return all.filter(({ family, internal }) => family === "IPv4" && !internal).map(({ address }) => address);
}

function modeOf(path: string): number {
  return statSync(join(dataDir, path)).mode & 0o777;
}

async function endOf(pid: number, signal: NodeJS.Signals): Promise<void> {
  if (isAlive(pid)) process.kill(pid, signal);
  await expect.poll(() => isAlive(pid), { timeout: 30_000 }).toBe(false);
}

describe("npm start", { timeout: 90_000 }, () => {
  it("makes its database, prints a setup link and where it is, and finds everything when it starts again", async () => {
    const first = await start();
    const [setup, ...rest] = first.output().split("\n");
    expect(setup).toMatch(
      /^Create the first account, which owns this server: http:\/\/localhost:\d+\/setup\/[\w-]{32}$/,
    );
    const port = new URL(first.url).port;
    const lan = addressesOfThisMachine().map((address) => `http://${address}:${port}`);
    const invitation = lan.length > 0 ? [`Others in your network open ${lan.join(" or ")}`] : [];
    expect(rest).toEqual([`Adda is at ${first.url}`, ...invitation, ""]);
    const grace = await signUpPerson(first.url, "Grace");
    const database = postmaster();

    expect(await first.end("SIGTERM")).toBe(0);
    expect(postmaster()).toBeNull();
    await expect.poll(() => database && isAlive(database), { timeout: 30_000 }).toBe(false);

    const second = await start();
    expect(second.output()).toMatch(new RegExp(`^Adda is at ${second.url}\n`));
    const answer = await fetch(`${second.url}/api/users/me`, { headers: { Authorization: `Bearer ${grace.token}` } });
    expect(await answer.json()).toMatchObject({ name: "Grace", email: grace.email });
  });

  it("closes its folder and the log of its database to others, also where they were open", async () => {
    await chmod(dataDir, 0o755);
    await mkdir(join(dataDir, "postgres"), { mode: 0o700 });
    if (process.getuid?.() === 0) await chown(join(dataDir, "postgres"), 65_534, 65_534);
    await writeFile(join(dataDir, "postgres/postgres.log"), "an older one", { mode: 0o644 });
    await start();
    const isOpenToPass = process.getuid?.() === 0 && !canEnterClosedFolders();
    expect(modeOf("")).toBe(isOpenToPass ? 0o711 : 0o700);
    expect(modeOf("postgres")).toBe(0o700);
    for (const file of ["postgres/postgres.log", "auth-secret", "postgres-password"]) expect(modeOf(file)).toBe(0o600);
  });

  it("lets somebody elsewhere make the first account with a setup link alone, once", async () => {
    const adda = await start();
    const printed = /\/setup\/([\w-]+)/.exec(adda.output())?.[1];
    const { url } = JSON.parse(await runCommand("setup-link", "--json"));
    const another = url.split("/").at(-1);
    expect(another).not.toBe(printed);

    const signUp = async (setupToken?: string) => {
      const answer = await fetch(`${adda.url}/api/users`, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-Forwarded-For": "192.168.1.7" },
        body: JSON.stringify({ name: "Ada", email: "ada@example.org", password: "a long password", setupToken }),
      });
      return { status: answer.status, body: await answer.text() };
    };
    expect(await signUp()).toMatchObject({ status: 403, body: expect.stringContaining("npm run adda -- setup-link") });
    expect(await signUp("made-up")).toMatchObject({ status: 403 });
    const page = await fetch(`${adda.url}/sign-up`, { headers: { "X-Forwarded-For": "192.168.1.7" } });
    expect(await page.text()).toContain("This server is not set up yet");
    expect(await signUp(another)).toMatchObject({ status: 201, body: expect.stringContaining('"role":"owner"') });
    expect(await adda.end("SIGTERM")).toBe(0);
    // With the database that the command starts for itself.
    await expect(runCommand("setup-link")).rejects.toThrow("This server has an owner already.");
  });

  it("changes its secret by the documented steps, and signs nobody out who comes in time", async () => {
    const steps = readFileSync("docs/operations.md", "utf8").match(/(?<=`npm run adda -- )secrets \w+(?=`)/g) ?? [];
    expect(steps).toEqual(["secrets rotate", "secrets forget"]);
    const database = await createTestDatabase();
    onTestFinished(() => database.stop());
    const run = async () => start({ DATABASE_URL: database.url });
    const follow = async (step = "") => {
      await started.at(-1)?.end("SIGTERM");
      await runCommand(...step.split(" "));
      return run();
    };

    const before = await run();
    const grace = await signUpPerson(before.url, "Grace");
    const old = await signIn(before.url, grace);
    const asks = ({ url }: { url: string }, headers: Record<string, string>) =>
      fetch(`${url}/api/users/me`, { headers });
    expect((await asks(before, { cookie: old })).headers.getSetCookie()).toEqual([]);

    const after = await follow(steps[0]);
    const answer = await asks(after, { cookie: old });
    expect(answer.status).toBe(200);
    const resealed = answer.headers.getSetCookie()[0]?.split(";", 1)[0] ?? "";
    expect(resealed).toContain("session-token=");

    const last = await follow(steps[1]);
    expect((await asks(last, { cookie: resealed })).status).toBe(200);
    expect((await asks(last, { cookie: old })).status).toBe(401);
    expect((await asks(last, { authorization: `Bearer ${grace.token}` })).status).toBe(200);
  });

  it("goes on after a kill -9, which leaves its database running", async () => {
    const first = await start();
    const grace = await signUpPerson(first.url, "Grace");
    await first.end("SIGKILL");
    const orphan = postmaster();
    expect(orphan && isAlive(orphan)).toBe(true);

    const second = await start();
    expect(postmaster()).not.toBe(orphan);
    const answer = await fetch(`${second.url}/api/users/me`, { headers: { Authorization: `Bearer ${grace.token}` } });
    expect(answer.status).toBe(200);
    expect(await second.end("SIGINT")).toBe(0);
  });

  it("starts its database again when that dies", async () => {
    const adda = await start();
    const first = postmaster();
    if (!first) throw new Error("The database runs.");
    await endOf(first, "SIGKILL");

    const isReady = () => fetch(`${adda.url}/api/ready`).then((answer) => answer.status);
    await expect.poll(isReady, { timeout: 30_000 }).toBe(200);
    expect(postmaster()).not.toBe(first);
    expect(await adda.end("SIGTERM")).toBe(0);
  });

  it("says that DATA_DIR is a file, or lies below one", async () => {
    await writeFile(join(dataDir, "notes.txt"), "not a folder");
    for (const path of ["notes.txt", "notes.txt/data"]) {
      const { code, said } = await tryToStart({ DATA_DIR: join(dataDir, path) });
      expect(said).toMatch(
        /^Adda needs a folder at \S+notes\.txt\S*, and there is a file: .* set DATA_DIR to a folder\.\n$/,
      );
      expect(code).toBe(1);
    }
  });

  it("tells a second one on the same data who is there already", async () => {
    const first = await start();
    const { code, said } = await tryToStart({});

    expect(said).toMatch(owned(first));
    expect(code).toBe(1);
    expect((await fetch(`${first.url}/api/ready`)).status).toBe(200);
  });

  it.runIf(process.getuid?.() === 0)(
    "refuses a folder whose server it cannot see, as from another container",
    async () => {
      const first = await start();
      const database = postmaster();
      const { code, said } = await tryToStart({}, ["unshare", "--pid", "--ipc", "--mount-proc", "--fork"]);

      expect(said).toMatch(owned(first));
      expect(code).toBe(1);
      expect(postmaster()).toBe(database);
      expect((await fetch(`${first.url}/api/ready`)).status).toBe(200);
    },
  );

  it("keeps its folder when a backend of the database crashes and ends all sessions, its claim's too", async () => {
    const first = await start();
    const database = postmaster();
    if (!database) throw new Error("The database runs.");
    const children = execFileSync("pgrep", ["-P", String(database), "-f", "adda adda"], { encoding: "utf8" });
    process.kill(Number(children.split("\n")[0]), "SIGKILL");

    const { code, said } = await tryToStart({});
    expect(said).toMatch(owned(first));
    expect(code).toBe(1);
    await expect.poll(() => first.output(), { timeout: 20_000 }).toContain("claims its folder again");
    await expect.poll(() => fetch(`${first.url}/api/ready`).then(({ ok }) => ok), { timeout: 20_000 }).toBe(true);
    expect(postmaster()).toBe(database);
    expect(await first.end("SIGTERM")).toBe(0);
    expect(postmaster()).toBeNull();
  });

  it("appends to the database's log, which keeps the reason of a crash, readable by its owner alone", async () => {
    const first = await start();
    await first.end("SIGTERM");
    const path = join(dataDir, "postgres/postgres.log");
    const before = readFileSync(path, "utf8");
    expect(before).not.toBe("");
    const second = await start();
    expect(readFileSync(path, "utf8").startsWith(before)).toBe(true);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    await second.end("SIGTERM");
  });

  it("lets one of two that start together win", async () => {
    const starts = await Promise.allSettled([start(), start()]);
    const refused = starts.filter((one) => one.status === "rejected");
    expect(refused).toHaveLength(1);
    expect(String(refused[0]?.reason)).toMatch(/Adda runs already/);
  });

  it("tells that a port is taken", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, resolve));
    onTestFinished(() => void other.close());
    const address = other.address();
    const PORT = String(typeof address === "object" && address?.port);

    expect(await tryToStart({ PORT })).toEqual({
      code: 1,
      said: `Port ${PORT} is taken: stop what listens there, or set PORT.\n`,
    });
  });

  it("names every bad field of its configuration", async () => {
    const { code, said } = await tryToStart({ PORT: "http", SIGN_UP: "never", DATABASE_URL: "mysql://localhost" });
    expect(code).toBe(1);
    expect(said.split("\n").map((line) => line.split(":")[0])).toEqual([
      "Adda cannot start with this configuration",
      "  PORT",
      "  DATABASE_URL",
      "  SIGN_UP",
      "",
    ]);
  });

  it("tells that the database it was given does not answer", async () => {
    const { code, said } = await tryToStart({
      DATABASE_URL: "postgresql://adda@127.0.0.1:1/adda",
      DATABASE_WAIT_SECONDS: "1",
    });
    expect(code).toBe(1);
    expect(said).toContain("The database is not there yet (connect ECONNREFUSED 127.0.0.1:1). Adda waits for it");
    expect(said).toContain("The database in DATABASE_URL does not let Adda in: connect ECONNREFUSED 127.0.0.1:1\n");
  });

  it("ends at once when it is stopped while it waits for its database", async () => {
    const child = spawnAdda({ DATABASE_URL: "postgresql://adda@127.0.0.1:1/adda" });
    let said = "";
    child.stdout.on("data", (chunk) => (said += String(chunk)));
    await expect.poll(() => said, { timeout: 60_000 }).toContain("Adda waits for it, 60 s at most.");
    const told = performance.now();
    child.kill("SIGTERM");
    expect(await once(child, "close")).toEqual([0, null]);
    expect(performance.now() - told).toBeLessThan(10_000);
  });

  it("ends at once when it is stopped while it starts", async () => {
    const child = spawnAdda();
    await expect
      .poll(() => existsSync(join(dataDir, "postgres/data/postmaster.pid")), { interval: 5, timeout: 60_000 })
      .toBe(true);
    child.kill("SIGTERM");

    expect(await once(child, "close")).toEqual([0, null]);
    expect(postmaster()).toBeNull();
  });
});

/** @returns the session's cookie. */
