import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isAlive } from "./is-alive";

// Each build of the pages has a folder of its own, named after the sources that it was made from, so that a new one leaves
// the one that is served alone. All paths are relative to the root: Next takes no others.

/** Where Next builds, and keeps its cache and its types. What is finished moves out, to a folder at the same depth. */
export const WORKSHOP = ".next/work";
const BUILDS = ".next";
const BUILD = /^build-[0-9a-f]{16}$/;
/** A build on its way there, by this process; what a killed one left is removed by the next. */
const DRAFT = /^build-[0-9a-f]{16}\.\d+$/;
const STAYS_IN_WORKSHOP = new Set(["cache", "dev", "types", "lock"]);

/** A file of this name for each process that serves or served the build; its time is the start. */
const SERVED_BY = /^served-by-(\d+)$/;
/** next.config.mjs reads it, in this process and in those that it starts. */
const VARIABLE = "ADDA_BUILD";

/** @param hash of the sources, as `hashSources` makes it. */
export function buildFolder(hash: string): string {
  return join(BUILDS, `build-${hash.slice(0, 16)}`);
}

/** A build that is there is whole. */
export function isBuilt(root: string, build: string): boolean {
  return existsSync(join(root, build));
}

/** Moves what Next has built to its own folder, in one step. The caller holds the build lock. */
export function keepBuild(root: string, build: string): void {
  for (const name of readdirSync(join(root, BUILDS))) {
    if (DRAFT.test(name)) rmSync(join(root, BUILDS, name), { recursive: true, force: true });
  }
  const workshop = join(root, WORKSHOP);
  const draft = join(root, `${build}.${process.pid}`);
  mkdirSync(draft);
  for (const name of readdirSync(workshop)) {
    if (!STAYS_IN_WORKSHOP.has(name)) renameSync(join(workshop, name), join(draft, name));
  }
  renameSync(draft, join(root, build));
}

/** Says that this process and its workers serve this build, for as long as it runs; a folder that is read-only hears nothing. */
export function serveBuild(root: string, build: string): void {
  process.env[VARIABLE] = build;
  try {
    for (const { file, pid } of marksOf(root, build)) if (!isAlive(pid)) rmSync(file, { force: true });
    writeFileSync(join(root, build, `served-by-${process.pid}`), "");
    removeOldBuilds(root, build);
  } catch (error) {
    if (!isForbidden(error)) throw error;
  }
}

/** The build that this process serves; null in development. */
export function servedBuild(): string | null {
  return process.env[VARIABLE] || null;
}

/** All builds there are. */
export function listBuilds(root: string): string[] {
  const names = readdirSync(join(root, BUILDS));
  return names.filter((name) => BUILD.test(name)).map((name) => join(BUILDS, name));
}

/**
 * Removes what nobody needs any more. This build stays, and the newest beside it, and those that are served, and the one
 * that was served last before: pages of it are still open.
 */
export function removeOldBuilds(root: string, current: string): void {
  const others = listBuilds(root)
    .filter((build) => build !== current)
    .map((build) => describeBuild(root, build));
  const newest = others.toSorted((a, b) => b.usedAt - a.usedAt)[0];
  const previous = others.toSorted((a, b) => b.servedAt - a.servedAt)[0];
  for (const other of others) {
    if (other === newest || other === previous || other.isServed) continue;
    rmSync(join(root, other.build), { recursive: true, force: true });
  }
}

function describeBuild(root: string, build: string) {
  const marks = marksOf(root, build);
  const servedAt = Math.max(0, ...marks.map(({ at }) => at));
  const usedAt = Math.max(servedAt, timeOf(join(root, build, "BUILD_ID")));
  return { build, servedAt, usedAt, isServed: marks.some(({ pid }) => isAlive(pid)) };
}

function marksOf(root: string, build: string): { file: string; pid: number; at: number }[] {
  return readdirSync(join(root, build)).flatMap((name) => {
    const [, pid] = SERVED_BY.exec(name) ?? [];
    const file = join(root, build, name);
    return pid ? [{ file, pid: Number(pid), at: timeOf(file) }] : [];
  });
}

/** Another process may just have removed it. */
function timeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function isForbidden(error: unknown): boolean {
  return ["EACCES", "EPERM", "EROFS"].includes(String((error as NodeJS.ErrnoException).code));
}
