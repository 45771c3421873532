import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { withBuildLock } from "./build-lock";
import { buildFolder, isBuilt, keepBuild, removeOldBuilds } from "./builds";
import { CannotStart } from "./cannot-start";
import { findOrCreateSecret } from "./secrets";
import { hashSources } from "./sources";

/** What Next says when it holds its lock in another process. */
const BUSY = /Another .* process is already running/;
const BUSY_DELAY_MS = 2_000;

const require = createRequire(import.meta.url);

/** Each is made from its sources by a command: a script and its arguments. */
type Product = { name: string; sources: string[]; command: [script: string, ...args: string[]] };

const PRISMA_CLIENT: Product = {
  name: "the database client",
  sources: ["prisma/schema.prisma", "prisma.config.ts", "package-lock.json"],
  command: [require.resolve("prisma/build/index.js"), "generate", "--no-hints"],
};
/** Keeps the hash of the sources that the client was made from; gone when the client is. */
const CLIENT_STAMP = "server/db/generated/.sources";

const PAGES: Product = {
  name: "the pages",
  sources: [
    "app",
    "client",
    "components",
    "protocol",
    "public",
    "server",
    "prisma/schema.prisma",
    "instrumentation.ts",
    "next.config.mjs",
    "package-lock.json",
    "postcss.config.mjs",
    "tsconfig.json",
  ],
  command: [require.resolve("next/dist/bin/next"), "build"],
};
const PAGES_LOCK = ".next/building";

type Options = { root: string; signal?: AbortSignal; say(line: string): void };

/** Makes the database client where it is missing or older than its sources, as git keeps none. */
export async function prepareClient(options: Options): Promise<void> {
  const stamp = join(options.root, CLIENT_STAMP);
  const hash = hashSources(options.root, PRISMA_CLIENT.sources);
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === hash) return;

  await make(PRISMA_CLIENT, options);
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, hash);
}

/**
 * The same for the production build of the pages. Builds of other sources, one that is being served too, stay as they are.
 * @returns the build's folder, relative to the root.
 */
export async function preparePages(options: Options): Promise<string> {
  const build = buildFolder(hashSources(options.root, PAGES.sources));
  if (!isBuilt(options.root, build)) await buildPages(build, options);
  return build;
}

/** Builds the pages into this folder, unless another process has just done it. */
export async function buildPages(build: string, options: Options): Promise<void> {
  const { root, signal, say } = options;
  const onWait = () => say("Another process builds the pages. Adda waits for it.");
  await withBuildLock(join(root, PAGES_LOCK), { signal, onWait }, async () => {
    if (isBuilt(root, build)) return;
    await make(PAGES, options, { NEXT_SERVER_ACTIONS_ENCRYPTION_KEY: findActionsKey(root) });
    keepBuild(root, build);
    removeOldBuilds(root, build);
  });
}

/**
 * Next names server actions by this key. A page that was opened before an upgrade finds its actions in the next build only
 * when both were built with the same one.
 */
function findActionsKey(root: string): string {
  const { NEXT_SERVER_ACTIONS_ENCRYPTION_KEY: given } = process.env;
  return given || Buffer.from(findOrCreateSecret(join(root, ".next"), "actions-key"), "base64url").toString("base64");
}

async function make(product: Product, { root, signal, say }: Options, env: NodeJS.Dict<string> = {}): Promise<void> {
  say(`Building ${product.name}: once, and again after each change of its sources.`);
  while (!(await run(product, root, env, signal))) await delay(BUSY_DELAY_MS, null, { signal });
}

/** @returns false while a build runs whose Adda has died. */
async function run(
  { name, command }: Product,
  root: string,
  env: NodeJS.Dict<string>,
  signal?: AbortSignal,
): Promise<boolean> {
  const child = spawn(process.execPath, command, {
    cwd: root,
    signal,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...process.env,
      ...env,
      NODE_ENV: "production",
      // A build goes to the workshop, also under a server that serves another one.
      ADDA_BUILD: "",
      // The tools find our own loader in here, and would run under it.
      NODE_OPTIONS: "",
      NEXT_TELEMETRY_DISABLED: "1",
      PRISMA_HIDE_UPDATE_MESSAGE: "1",
    },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      output += chunk;
    });
  }
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  if (code !== 0 && BUSY.test(output)) return false;
  if (code !== 0) throw new CannotStart(`Adda could not build ${name}:\n${output.trim()}`);
  return true;
}
