import { describe, expect, it } from "vitest";
import { Random } from "../random";
import { FAULT_NAMES } from "./faults";
import { makeSchedule } from "./schedule";

describe("a schedule", () => {
  it("is the same for the same seed, and another for another", () => {
    const make = (seed: string) => makeSchedule(new Random(seed), FAULT_NAMES, 60);
    expect(make("1")).toEqual(make("1"));
    expect(make("1")).not.toEqual(make("2"));
  });

  it("gives every fault its turn, also in a short run", () => {
    for (let seed = 0; seed < 50; seed++) {
      const blows = makeSchedule(new Random(String(seed)), FAULT_NAMES, 25);
      expect(new Set(blows.map(({ fault }) => fault))).toEqual(new Set(FAULT_NAMES));
    }
  });

  it("leaves peace at the beginning and at the end", () => {
    const blows = makeSchedule(new Random("1"), FAULT_NAMES, 60);
    expect(blows[0]?.atMs).toBe(2_000);
    expect(blows.at(-1)?.atMs).toBeLessThan(58_000);
  });
});
