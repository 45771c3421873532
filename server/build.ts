import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { CannotStart } from "./cannot-start";
import { hashSources } from "./sources";

/** What Next says when it holds its lock in another process. */
const BUSY = /Another .* process is already running/;
const BUSY_DELAY_MS = 2_000;

const require = createRequire(import.meta.url);

type Product = {
  name: string;
  /** What it is made from. */
  sources: string[];
  /** The command's script and arguments. */
  command: [script: string, ...args: string[]];
  /** Keeps the hash of the sources that it was made from; gone when the product is. */
  stamp: string;
};

const PRISMA_CLIENT: Product = {
  name: "the database client",
  sources: ["prisma/schema.prisma", "prisma.config.ts", "package-lock.json"],
  command: [require.resolve("prisma/build/index.js"), "generate", "--no-hints"],
  stamp: "server/db/generated/.sources",
};

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
  stamp: ".next/adda-sources",
};

type Options = { root: string; signal?: AbortSignal; say(line: string): void };

/** Makes the database client where it is missing or older than its sources, as git keeps none. */
export function prepareClient(options: Options): Promise<void> {
  return prepare(PRISMA_CLIENT, options);
}

/** The same for the production build of the pages. */
export function preparePages(options: Options): Promise<void> {
  return prepare(PAGES, options);
}

async function prepare(product: Product, { root, signal, say }: Options): Promise<void> {
  const stamp = join(root, product.stamp);
  const hash = hashSources(root, product.sources);
  if (readStamp(stamp) === hash) return;

  say(`Building ${product.name}: once, and again after each change of its sources.`);
  while (!(await make(product, root, signal))) {
    await delay(BUSY_DELAY_MS);
    if (readStamp(stamp) === hash) return;
  }
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, hash);
}

function readStamp(path: string): string | null {
  return existsSync(path) ? readFileSync(path, "utf8") : null;
}

/** @returns false when another process is just making it. */
async function make({ name, command }: Product, root: string, signal?: AbortSignal): Promise<boolean> {
  const child = spawn(process.execPath, command, {
    cwd: root,
    signal,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...process.env,
      NODE_ENV: "production",
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
