import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chownSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { CannotStart } from "../cannot-start";
import { isAlive } from "../is-alive";
import { findOrCreateSecret } from "../secrets";
import { type Account, findAccount } from "./account";
import { type Binaries, findBinaries } from "./binaries";

/** A database cluster on disk, with all that it takes to run it. */
export type Cluster = {
  binaries: Binaries;
  account: Account;
  /** PostgreSQL's data directory. */
  path: string;
  logPath: string;
  password: string;
};

/** The role that Adda signs in as. It owns its database and is no superuser: no password opens that one. */
export const ROLE = "adda";
export const DATABASE = "adda";

/** PostgreSQL's data directory under `dataDir`. */
export function clusterPath(dataDir: string): string {
  return join(dataDir, "postgres/data");
}

/** Opens the cluster under `dataDir`, or makes it. */
export async function openCluster(dataDir: string): Promise<Cluster> {
  const home = join(dataDir, "postgres");
  const path = clusterPath(dataDir);
  const password = findOrCreateSecret(dataDir, "postgres-password");
  const binaries = await findBinaries();
  const account = findAccount(existsSync(home) ? home : null, [binaries.postgres, home]);

  mkdirSync(home, { recursive: true, mode: 0o700 });
  if (process.getuid?.() === 0) chownSync(home, account.uid, account.gid);

  const cluster: Cluster = { binaries, account, path, logPath: join(home, "postgres.log"), password };
  if (!existsSync(path)) await createCluster(cluster);
  return cluster;
}

/** Made beside its place and moved there when it is whole: a start that dies half-way leaves no half of one. */
async function createCluster(cluster: Cluster): Promise<void> {
  removeDrafts(cluster.path);
  const draft = `${cluster.path}.${process.pid}`;
  const superuserPassword = `${draft}.password`;
  try {
    writeFileSync(superuserPassword, randomBytes(32).toString("hex"), { mode: 0o600 });
    if (process.getuid?.() === 0) chownSync(superuserPassword, cluster.account.uid, cluster.account.gid);
    await run(cluster, cluster.binaries.initdb, [
      `--pgdata=${draft}`,
      "--username=postgres",
      `--pwfile=${superuserPassword}`,
      "--auth=scram-sha-256",
      "--encoding=UTF8",
      "--locale=C",
      "--locale-provider=builtin",
      "--builtin-locale=C.UTF-8",
      "--no-instructions",
    ]);
    await run(
      cluster,
      cluster.binaries.postgres,
      ["--single", "-D", draft, "template1"],
      `CREATE ROLE ${ROLE} LOGIN CREATEDB PASSWORD '${cluster.password}'\nCREATE DATABASE ${DATABASE} OWNER ${ROLE}\n`,
    );
    moveIntoPlace(draft, cluster.path);
  } finally {
    rmSync(draft, { recursive: true, force: true });
    rmSync(superuserPassword, { force: true });
  }
}

/** What dead ones left, and none of those that are being made right now. */
function removeDrafts(path: string): void {
  const home = dirname(path);
  for (const name of readdirSync(home)) {
    const [, pid] = /^data\.(\d+)/.exec(name) ?? [];
    if (pid && (Number(pid) === process.pid || !isAlive(Number(pid)))) {
      rmSync(join(home, name), { recursive: true, force: true });
    }
  }
}

/** Of two that started together the first one's cluster stays; its owner then keeps the other out. */
function moveIntoPlace(draft: string, path: string): void {
  try {
    renameSync(draft, path);
  } catch (error) {
    if (!existsSync(path)) throw error;
  }
}

async function run(cluster: Cluster, program: string, args: string[], input = ""): Promise<void> {
  const { file, args: argv, uid, gid } = cluster.account.command(program, args);
  const child = spawn(file, argv, { uid, gid, cwd: dirname(cluster.path), env: postgresEnvironment(), detached: true });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      output += chunk;
    });
  }
  child.stdin.end(input);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  // Single-user mode goes on after an error and exits with 0, so its words count too.
  if (code !== 0 || /\b(ERROR|FATAL|PANIC):/.test(output)) {
    throw new CannotStart(`The database in ${cluster.path} could not be made: ${lastWords(output)}`);
  }
}

/** None of ours: the secrets in our environment are not the database's to see. */
export function postgresEnvironment(): NodeJS.ProcessEnv {
  const { PATH, TMPDIR, SystemRoot, NODE_ENV } = process.env;
  return { PATH, TMPDIR, SystemRoot, NODE_ENV, LC_ALL: "C", TZ: "UTC" };
}

/** The line of PostgreSQL's output that says what was wrong. */
export function lastWords(output: string): string {
  const lines = output.trim().split("\n");
  return (lines.findLast((line) => /(FATAL|PANIC|ERROR|error):/.test(line)) ?? lines.at(-1) ?? "").trim();
}
