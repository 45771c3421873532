import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import {
  buildFolder,
  isBuilt,
  keepBuild,
  listBuilds,
  removeOldBuilds,
  serveBuild,
  servedBuild,
  WORKSHOP,
} from "./builds";

/** A number that no process has. */
const NOBODY = 2 ** 30;

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "adda-builds-"));
});
afterEach(() => {
  rmSync(root, { recursive: true });
  delete process.env.ADDA_BUILD;
});

/** One that was built at this moment, in seconds, and served by these processes from then on. */
function addBuild(letter: string, at: number, ...servedBy: { pid: number; at: number }[]): string {
  const build = buildFolder(letter.repeat(64));
  mkdirSync(join(root, build), { recursive: true });
  touch(join(root, build, "BUILD_ID"), at);
  for (const mark of servedBy) touch(join(root, build, `served-by-${mark.pid}`), mark.at);
  return build;
}

function touch(path: string, at: number): void {
  writeFileSync(path, "");
  utimesSync(path, at, at);
}

it("builds in the workshop, whatever is served, and moves what is finished out of it without the cache", async () => {
  const build = buildFolder("a".repeat(64));
  for (const folder of ["server", "static/chunks", "cache", "types"]) {
    mkdirSync(join(root, WORKSHOP, folder), { recursive: true });
  }
  writeFileSync(join(root, WORKSHOP, "BUILD_ID"), "1");
  const leftByAKilledOne = join(root, `${build}.${NOBODY}`);
  mkdirSync(leftByAKilledOne);
  keepBuild(root, build);
  expect(existsSync(leftByAKilledOne)).toBe(false);

  expect(isBuilt(root, build)).toBe(true);
  for (const name of ["BUILD_ID", "server", "static/chunks"]) expect(existsSync(join(root, build, name))).toBe(true);
  for (const name of ["cache", "types"]) expect(existsSync(join(root, WORKSHOP, name))).toBe(true);
  expect(existsSync(join(root, WORKSHOP, "server"))).toBe(false);
  expect(listBuilds(root)).toEqual([build]);
  const { default: config } = await import(new URL("../next.config.mjs", import.meta.url).href);
  expect(config.distDir).toBe(WORKSHOP);
});

it("keeps the two newest builds, those that are served, and the one that was served last", () => {
  const current = addBuild("a", 900);
  const newest = addBuild("b", 800);
  const skipped = addBuild("c", 700);
  const previous = addBuild("d", 300, { pid: NOBODY, at: 600 });
  const older = addBuild("e", 400, { pid: NOBODY, at: 500 });
  const served = addBuild("f", 100, { pid: process.pid, at: 200 });
  removeOldBuilds(root, current);

  expect(new Set(listBuilds(root))).toEqual(new Set([current, newest, previous, served]));
  expect([skipped, older].some((build) => isBuilt(root, build))).toBe(false);
});

it("marks the build that a process serves, for itself and for others", () => {
  const build = addBuild("a", 100, { pid: NOBODY, at: 200 });
  serveBuild(root, build);
  expect(servedBuild()).toBe(build);
  expect(existsSync(join(root, build, `served-by-${process.pid}`))).toBe(true);
  expect(existsSync(join(root, build, `served-by-${NOBODY}`))).toBe(false);

  const next = addBuild("b", 300);
  addBuild("c", 400);
  removeOldBuilds(root, next);
  expect(isBuilt(root, build)).toBe(true);
});
