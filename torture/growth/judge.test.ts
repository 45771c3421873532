import { describe, expect, it } from "vitest";
import { describeGrowth, findGrowth, type Measured } from "./judge";

const MB = 1024 * 1024;

/** So many rounds at rest, with what grows in each. */
function rounds(
  count: number,
  grows: (round: number) => Partial<{ memory: number; descriptors: number; room: number }>,
) {
  return Array.from({ length: count }, (_, round): Measured => {
    const { memory = 0, descriptors = 0, room = 0 } = grows(round);
    return {
      atMs: round * 300_000,
      processes: [{ name: "adda-1", pid: 1, bytes: 150 * MB + memory, descriptors: 40 + descriptors }],
      tables: [
        { name: "Message", bytes: (round + 1) * 20 * MB, rows: (round + 1) * 40_000 },
        { name: "Room", bytes: 1 * MB + room, rows: 10 },
      ],
    };
  });
}

describe("growth at rest", () => {
  it("is nothing when messages alone become more, or when all was taken in the first round", () => {
    expect(findGrowth(rounds(10, () => ({})))).toEqual([]);
    expect(findGrowth(rounds(10, (round) => (round === 0 ? {} : { memory: 200 * MB })))).toEqual([]);
  });

  it.each([
    [
      "memory that is never given back",
      (round: number) => ({ memory: round * 40 * MB }),
      /adda-1 grew from 190 MB to 510 MB/,
    ],
    [
      "descriptors that are never closed",
      (round: number) => ({ descriptors: round * 10 }),
      /from 50 to 130 open descriptors/,
    ],
    ["a table whose dead rows are never removed", (round: number) => ({ room: round * 3 * MB }), /Room grew from 4 MB/],
  ])("finds %s", (_, grows, expected) => {
    expect(findGrowth(rounds(10, grows))).toEqual([expect.stringMatching(expected)]);
  });

  it("is not judged of a process that was started in between, nor by two rounds", () => {
    const grown = rounds(5, (round) => ({ memory: round * 200 * MB }));
    const restarted = grown.map((each, round) => ({
      ...each,
      processes: each.processes.map((process) => ({ ...process, pid: round })),
    }));
    expect(findGrowth(restarted)).toEqual([]);
    expect(findGrowth(grown.slice(0, 2))).toEqual([]);
    expect(describeGrowth(grown)[1]).toContain("after 5.0 min: adda-1 350 MB 40 descriptors");
  });
});
