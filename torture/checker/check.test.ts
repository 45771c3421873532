import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { History } from "../history/events";
import { NothingToPick, Random } from "../random";
import { check } from "./check";
import { DELETION_PLANTS } from "./planted/deletions";
import { MESSAGE_PLANTS } from "./planted/messages";
import type { Plant } from "./planted/planting";
import { sampleHistory } from "./planted/sample-history";
import { PROMISES } from "./promises";
import { report } from "./report";

const PLANTS = { ...MESSAGE_PLANTS, ...DELETION_PLANTS };

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
