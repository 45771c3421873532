import { describe, expect, it } from "vitest";
import { describeWindows, findSlowdown } from "./compare";

const steady = (value: number) => Array.from({ length: 100 }, () => value);

describe("what a hostile person does to the others", () => {
  it("is nothing when their latency at most doubles, or stays below what noise makes", () => {
    expect(findSlowdown("echo", { without: steady(40), with: steady(79) })).toEqual([]);
    expect(findSlowdown("echo", { without: steady(1), with: steady(29) })).toEqual([]);
  });

  it("is found when the median more than doubles", () => {
    const found = findSlowdown("echo", { without: steady(20), with: steady(41) });
    expect(found).toEqual(["echo: the median is 41.0 ms with a hostile person and 20.0 ms without."]);
  });

  it("is found when few are very late", () => {
    const late = [...steady(5).slice(0, 98), 783, 783];
    expect(findSlowdown("echo", { without: steady(5), with: late })).toEqual([
      "echo: the p99 is 783.0 ms with a hostile person and 5.0 ms without.",
    ]);
  });

  it("is not judged by a handful", () => {
    expect(findSlowdown("echo", { without: steady(5), with: [1, 2] })).toEqual([
      "echo: only 2 were measured, and 50 are needed.",
    ]);
    expect(describeWindows("echo", { without: steady(5), with: [1, 2] })).toContain("(100), median 2.0 ms");
  });
});
