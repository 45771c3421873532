import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { History } from "../history/events";
import { NothingToPick, Random } from "../random";
import { check } from "./check";
import { DELETION_PLANTS } from "./planted/deletions";
import { HEAD_PLANTS } from "./planted/heads";
import { delayed, LATENESS_PLANTS } from "./planted/lateness";
import { LINK_PLANTS } from "./planted/links";
import { MESSAGE_PLANTS } from "./planted/messages";
import type { Plant } from "./planted/planting";
import { RIGHT_PLANTS } from "./planted/rights";
import { sampleHistory } from "./planted/sample-history";
import { SUBSCRIPTION_PLANTS } from "./planted/subscriptions";
import { PROMISES } from "./promises";
import { report } from "./report";

const PLANTS = {
  ...MESSAGE_PLANTS,
  ...DELETION_PLANTS,
  ...LINK_PLANTS,
  ...LATENESS_PLANTS,
  ...HEAD_PLANTS,
  ...RIGHT_PLANTS,
  ...SUBSCRIPTION_PLANTS,
};

const seeds = fc.integer().map(String);

describe("the checker", () => {
  it("finds nothing in a history that a faultless server left", () => {
    fc.assert(fc.property(seeds, (seed) => void expect(check(sampleHistory(seed))).toEqual([])));
  });

  it("finds nothing in no history at all", () => {
    expect(check({ events: [], writers: [], readers: [], views: [], stored: [] })).toEqual([]);
  });
});

describe("the checker catches", () => {
  it.each(Object.entries(PLANTS))("%s", (_, { promise, plant }) => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const planted = plantInto(seed, plant);
        // Few histories have no place for a bug: of too many the property itself complains.
        fc.pre(planted !== null);
        const violations = check(planted);
        expect(violations.map((violation) => violation.promise)).toContain(promise);
      }),
      { numRuns: 20 },
    );
  });

  it("a breach of every promise that it knows", () => {
    expect(new Set(Object.values(PLANTS).map(({ promise }) => promise))).toEqual(new Set(Object.keys(PROMISES)));
  });
});

describe("the checker excuses", () => {
  const SECOND_MS = 1_000;
  const EXCUSED: Record<string, Omit<Parameters<typeof delayed>[2], "isWanted">> = {
    "what was late while a fault went on": { lateMs: 3 * SECOND_MS, scope: {}, coverMs: 2 * SECOND_MS },
    "what was late in a fault's recovery time": { lateMs: 5 * SECOND_MS, scope: {}, recoveryMs: 4 * SECOND_MS },
    "2.2 seconds while Redis is away": { lateMs: 2_200, scope: {}, coverMs: 9 * SECOND_MS, limitMs: 2_500 },
    "a quiet room for as long as it takes to notice a loss": {
      lateMs: 19 * SECOND_MS,
      scope: { roomId: "red" },
      recoveryMs: 18 * SECOND_MS,
    },
  };

  it.each(Object.entries(EXCUSED))("%s", (_, delay) => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const excused = plantInto(seed, (history, random) => delayed(history, random, delay));
        fc.pre(excused !== null);
        expect(check(excused).filter(({ promise }) => promise === "in-time")).toEqual([]);
      }),
      { numRuns: 20 },
    );
  });

  it("a removed member's frames that were on their way, and everything after they were let in again", () => {
    const history = sampleHistory("1");
    const endMs = history.events.at(-1)?.ms ?? 0;
    const head = { type: "head", reader: "bob", roomId: "red", seq: 1e6, at: 1e6 } as const;
    const right = { reader: "bob", roomId: "red", at: 1e6 } as const;
    const events = [
      ...history.events,
      { type: "dismissed", ...right, ms: endMs } as const,
      { ...head, ms: endMs + 900 },
      { type: "admitted", ...right, ms: endMs + 2_000 } as const,
      { ...head, ms: endMs + 5_000 },
    ];
    expect(check({ ...history, events })).toEqual([]);
  });
});

/** @returns null when there is no place for this bug: nothing was deleted, or nobody was there to hear it. */
function plantInto(seed: string, plant: Plant["plant"]): History | null {
  try {
    return plant(sampleHistory(seed), new Random(`${seed} plant`));
  } catch (error) {
    if (error instanceof NothingToPick) return null;
    throw error;
  }
}

describe("the report", () => {
  it("names the promise, the message and its story", () => {
    const history = MESSAGE_PLANTS["a frame dropped"]?.plant(sampleHistory("1"), new Random("1")) as History;
    const text = report(history, check(history));
    expect(text).toContain("Broken once: no-hole.");
    expect(text).toMatch(/it was told \d+ after \d+/);
    expect(text).toMatch(/said it/);
    expect(text).toMatch(/stored as/);
  });
});
