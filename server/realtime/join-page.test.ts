import { describe, expect, it } from "vitest";
import { PAGE_SIZE } from "@/protocol/limits";
import type { Change } from "@/server/backplane/backplane";
import { asOf, JOIN_MAX_BYTES, withinBytes } from "./join-page";

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

describe("an answer", () => {
  it.each([true, false])("is left alone when it is light enough (from a cursor: %s)", (isSince) => {
    const page = { changes: changes(1, [0.3, 0.3, 0.3]), seq: HEAD, more: false };
    expect(withinBytes(page, { isSince })).toEqual(page);
  });

  it.each<[string, number[], boolean, number[]]>([
    ["it is too heavy", [0.4, 0.4, 0.4], false, [1, 2]],
    ["it is too heavy, and there is more anyway", [0.4, 0.4, 0.4], true, [1, 2]],
    ["one message is all that fits", [0.9, 0.9], false, [1]],
    ["not even one fits", [1.1, 0.1], false, [1]],
  ])("from a cursor is the oldest, and the reader asks on: %s", (_, shares, more, expected) => {
    const answer = withinBytes({ changes: changes(1, shares), seq: HEAD, more }, { isSince: true });
    expect({ ...answer, changes: revs(answer.changes) }).toEqual({ changes: expected, seq: HEAD, more: true });
  });

  it("without a cursor is the newest", () => {
    const answer = withinBytes({ changes: changes(1, [0.4, 0.4, 0.4]), seq: HEAD, more: false }, { isSince: false });
    expect({ ...answer, changes: revs(answer.changes) }).toEqual({ changes: [2, 3], seq: HEAD, more: true });
  });

  it("counts bytes, not characters", () => {
    const page = { changes: changes(1, [0.6, 0.6], "\u6771"), seq: HEAD, more: false };
    expect(revs(withinBytes(page, { isSince: true }).changes)).toEqual([1]);
  });
});

describe("a page that was read before the newest changes were heard", () => {
  const page = { changes: changes(3, [0, 0]), seq: 4, more: true };
  const after = [...changes(5, [0, 0]), edit(3, 7), edit(1, 8), edit(5, 9)];

  it("without a cursor is the latest page as of now: what it has was changed, what is older is history", () => {
    const now = asOf(9, page, after, { isSince: false });
    expect({ ...now, changes: numbers(now.changes) }).toEqual({
      changes: ["3@7", "4@4", "5@9", "6@6"],
      seq: 9,
      more: true,
    });
  });

  it("without a cursor is no longer and no heavier than any, however much was said", () => {
    const flood = changes(5, Array(PAGE_SIZE * 2).fill(0.1));
    const now = withinBytes(asOf(HEAD, { ...page, more: false }, flood, { isSince: false }), { isSince: false });
    expect(revs(now.changes)).toEqual(revs(flood.slice(-10)));
    const light = asOf(HEAD, { ...page, more: false }, changes(5, Array(PAGE_SIZE).fill(0)), { isSince: false });
    expect([light.changes.length, light.changes[0]?.rev, light.more]).toEqual([PAGE_SIZE, 5, true]);
  });

  it("of an empty room is what was said since", () => {
    const now = asOf(2, { changes: [], seq: 0, more: false }, changes(1, [0, 0]), { isSince: false });
    expect({ ...now, changes: revs(now.changes) }).toEqual({ changes: [1, 2], seq: 2, more: false });
  });

  it("from a cursor goes on in the order of the changes, and says nothing twice of a message", () => {
    const now = asOf(9, { ...page, more: false }, after, { isSince: true });
    const inOrder = ["4@4", "6@6", "3@7", "1@8", "5@9"];
    expect({ ...now, changes: numbers(now.changes) }).toEqual({ changes: inOrder, seq: 9, more: false });
  });

  it("from a cursor and with more to come, waits for the reader to ask on", () => {
    expect(asOf(9, page, after, { isSince: true })).toEqual({ ...page, seq: 9 });
  });
});

function edit(seq: number, rev: number): Change {
  return { seq, rev, id: `${seq}`, json: "" };
}

function numbers(list: readonly Change[]): string[] {
  return list.map(({ seq, rev }) => `${seq}@${rev}`);
}
