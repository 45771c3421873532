import { randomBytes } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * A secret that outlives restarts, kept in a file that its owner alone may read. The file appears whole
 * or not at all, and of two processes that start together one's secret wins for both.
 */
export function findOrCreateSecret(dataDir: string, name: string): string {
  const path = join(dataDir, name);
  return readSecret(path) ?? createSecret(dataDir, path);
}

/** The secret before the last rotation, while it is accepted. */
export function findPreviousSecret(dataDir: string, name: string): string | null {
  return readSecret(previousPath(dataDir, name));
}

/** Puts a new secret in place of the one that is there, which stays beside it as the previous one. */
export function rotateSecret(dataDir: string, name: string): void {
  const current = findOrCreateSecret(dataDir, name);
  // The old one first: a rotation that is cut off in between loses none.
  replaceSecret(previousPath(dataDir, name), current);
  replaceSecret(join(dataDir, name), newSecret());
}

/** @returns false when there is none. */
export function forgetPreviousSecret(dataDir: string, name: string): boolean {
  const isThere = findPreviousSecret(dataDir, name) !== null;
  rmSync(previousPath(dataDir, name), { force: true });
  return isThere;
}

function previousPath(dataDir: string, name: string): string {
  return join(dataDir, `${name}-previous`);
}

function replaceSecret(path: string, secret: string): void {
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, `${secret}\n`, { mode: 0o600 });
  renameSync(draft, path);
}

function newSecret(): string {
  return randomBytes(32).toString("base64url");
}

function readSecret(path: string): string | null {
  try {
    return readFileSync(path, "utf8").trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

function createSecret(dataDir: string, path: string): string {
  mkdirSync(dataDir, { recursive: true });
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, `${newSecret()}\n`, { mode: 0o600 });
  try {
    linkSync(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    rmSync(draft);
  }
  return readFileSync(path, "utf8").trim();
}
