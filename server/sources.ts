import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

const NO_SOURCE = /\.test\.tsx?$|^node_modules$|^\./;

/** One hash over the content of these files and folders: it changes when anything of them does. */
export function hashSources(root: string, paths: string[]): string {
  const hash = createHash("sha256");
  for (const path of paths.flatMap((path) => listFiles(root, path))) {
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(root, path)))
      .update("\0");
  }
  return hash.digest("hex");
}

function listFiles(root: string, path: string): string[] {
  const full = join(root, path);
  if (!existsSync(full)) return [];
  if (statSync(full).isFile()) return [path];
  const names = readdirSync(full).filter((name) => !NO_SOURCE.test(name));
  return names.sort().flatMap((name) => listFiles(root, join(path, name)));
}
