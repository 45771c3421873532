import { expect, it } from "vitest";
import { findOutdated, parseKeep } from "./keep";

/** One backup each day at three o'clock, for 400 days until the end of November. */
const DAILY = Array.from({ length: 400 }, (_, index) => {
  const day = new Date(Date.UTC(2026, 10, 30 - index));
  return `${day.toISOString().slice(0, 10)}T03-00-00Z`;
}).reverse();

function kept(keep: string, names = DAILY): string[] {
  const outdated = new Set(findOutdated(names, parseKeep(keep) ?? {}));
  return names.filter((name) => !outdated.has(name)).map((name) => name.slice(0, 10));
}

it("the newest of each day, week and month stay", () => {
  expect(kept("3d")).toEqual(["2026-11-28", "2026-11-29", "2026-11-30"]);
  expect(kept("3w")).toEqual(["2026-11-22", "2026-11-29", "2026-11-30"]);
  expect(kept("3m")).toEqual(["2026-09-30", "2026-10-31", "2026-11-30"]);
  expect(kept("2y")).toEqual(["2025-12-31", "2026-11-30"]);
  expect(kept("2d,2w,2m")).toEqual(["2026-10-31", "2026-11-29", "2026-11-30"]);
});

it("days without a backup do not count, and the newest never goes", () => {
  const sparse = ["2020-01-01T00-00-00Z", "2024-06-01T12-00-00Z", "2024-06-01T18-00-00Z", "2026-01-01T00-00-00Z"];
  expect(findOutdated(sparse, { d: 3 })).toEqual(["2024-06-01T12-00-00Z"]);
  expect(findOutdated(sparse, {})).toEqual(sparse.slice(0, -1));
  expect(findOutdated([], { d: 1 })).toEqual([]);
});

it.each(["", "7", "7x", "0d", "d", "7d,", "-1d", "99999d"])("%j is no such rule", (text) => {
  expect(parseKeep(text)).toBeNull();
});
