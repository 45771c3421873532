import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { CannotStart } from "./cannot-start";
import { hashSources } from "./sources";

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
    "next.config.mjs",
    "package-lock.json",
    "postcss.config.mjs",
    "tsconfig.json",
  ],
  command: [require.resolve("next/dist/bin/next"), "build"],
  stamp: ".next/adda-sources",
};

type Options = { root: string; isDevelopment: boolean; signal?: AbortSignal; say(line: string): void };

/** Makes what the server needs and git does not keep, where it is missing or older than its sources. */
export async function prepare({ root, isDevelopment, signal, say }: Options): Promise<void> {
  for (const product of isDevelopment ? [PRISMA_CLIENT] : [PRISMA_CLIENT, PAGES]) {
    const hash = hashSources(root, product.sources);
    const stamp = join(root, product.stamp);
    if (readStamp(stamp) === hash) continue;

    say(`Building ${product.name}; this is done once for each change of the sources.`);
    await run(product, root, signal);
    mkdirSync(dirname(stamp), { recursive: true });
    writeFileSync(stamp, hash);
  }
}

function readStamp(path: string): string | null {
  return existsSync(path) ? readFileSync(path, "utf8") : null;
}

async function run({ name, command }: Product, root: string, signal?: AbortSignal): Promise<void> {
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
  if (code !== 0) throw new CannotStart(`Adda could not build ${name}:\n${output.trim()}`);
}
