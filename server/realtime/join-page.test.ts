import { expect, it } from "vitest";
import type { Change } from "@/server/backplane/backplane";
import { JOIN_MAX_BYTES, withinBytes } from "./join-page";

const HEAD = 100;

/** Changes from this number on, of these shares of what an answer may weigh. */
function changes(from: number, shares: readonly number[], char = "x"): Change[] {
  return shares.map((share, index) => {
    const rev = from + index;
    return {
      rev,
      seq: rev,
      id: `${rev}`,
      json: char.repeat(Math.floor((share * JOIN_MAX_BYTES) / Buffer.byteLength(char))),
    };
  });
}

const revs = (list: readonly Change[]) => list.map(({ rev }) => rev);

it("leaves a page alone that is light enough", () => {
  const page = { changes: changes(1, [0.3, 0.3]), seq: 2, more: false, after: changes(3, [0.3]) };
  expect(withinBytes(page, { isSince: true, head: HEAD })).toEqual(page);
  expect(withinBytes(page, { isSince: false, head: HEAD })).toEqual(page);
});

it.each<[string, { page: number[]; after: number[]; more: boolean }, number[]]>([
  ["the page is too heavy", { page: [0.4, 0.4, 0.4], after: [], more: false }, [1, 2]],
  ["what came since is too much", { page: [0.4, 0.4], after: [0.1, 0.4], more: false }, [1, 2, 3]],
  ["there is more anyway", { page: [0.4, 0.4], after: [0.4], more: true }, [1]],
  ["one message is all that fits", { page: [0.9, 0.9], after: [], more: false }, [1]],
  ["not even one fits", { page: [1.1, 0.1], after: [], more: false }, [1]],
])("from a cursor, gives the oldest and lets the reader ask on: %s", (_, { page, after, more }, expected) => {
  const given = { changes: changes(1, page), seq: page.length, more, after: changes(1 + page.length, after) };
  const answer = withinBytes(given, { isSince: true, head: HEAD });
  expect({ ...answer, changes: revs(answer.changes) }).toEqual({ changes: expected, seq: HEAD, more: true, after: [] });
});

it("without a cursor, gives the newest, and what came since", () => {
  const given = { changes: changes(1, [0.4, 0.4, 0.4]), seq: 3, more: false, after: changes(4, [0.1]) };
  const answer = withinBytes(given, { isSince: false, head: HEAD });
  expect([revs(answer.changes), answer.seq, answer.more, revs(answer.after)]).toEqual([[2, 3], 3, true, [4]]);
});

it("counts bytes, not characters", () => {
  const given = { changes: changes(1, [0.6, 0.6], "\u6771"), seq: 2, more: false, after: [] };
  expect(revs(withinBytes(given, { isSince: true, head: HEAD }).changes)).toEqual([1]);
});
