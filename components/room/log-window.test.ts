import { describe, expect, it } from "vitest";
import type { Message } from "@/protocol/frames";
import { indexOfSeq, RowHeights } from "./log-window";

const messages = (...seqs: number[]) => seqs.map((seq) => ({ seq }) as Message);

function heightsOf(list: Message[], ...px: number[]): RowHeights {
  const heights = new RowHeights();
  heights.align(list, px.length);
  for (const [index, height] of px.entries()) heights.set(index, height);
  return heights;
}

describe("RowHeights", () => {
  it("finds the rows between two heights above the end", () => {
    const heights = heightsOf(messages(1, 2, 3, 4), 10, 20, 30, 40);
    expect(heights.spanBetween(0, 40)).toEqual({ start: 3, end: 4 });
    expect(heights.spanBetween(0, 41)).toEqual({ start: 2, end: 4 });
    expect(heights.spanBetween(40, 70)).toEqual({ start: 2, end: 3 });
    expect(heights.spanBetween(39, 1000)).toEqual({ start: 0, end: 4 });
    expect(heights.spanBetween(-500, 5)).toEqual({ start: 3, end: 4 });
  });

  it("gives an empty span above the log and for an empty log", () => {
    expect(heightsOf(messages(1), 10).spanBetween(100, 200)).toEqual({ start: 0, end: 0 });
    expect(heightsOf([]).spanBetween(0, 200)).toEqual({ start: 0, end: 0 });
  });

  it("keeps what it measured when an older page comes before", () => {
    const heights = heightsOf(messages(8, 9), 10, 20);
    heights.align(messages(5, 6, 8, 9), 4);
    expect(heights.sum(2, 4)).toBe(30);
    heights.set(0, 1);
    heights.set(1, 2);
    expect(heights.sum(0, 4)).toBe(33);
  });

  it("keeps what it measured when a pending message becomes a committed one", () => {
    const heights = heightsOf(messages(1, 2), 10, 20, 30);
    heights.align(messages(1, 2, 3), 3);
    expect(heights.sum(0, 3)).toBe(60);
  });

  it("forgets the rows that went and guesses those that came", () => {
    const heights = heightsOf(messages(1, 2), 10, 20, 30);
    heights.align(messages(1), 1);
    expect(heights.sum(0, 1)).toBe(10);
    heights.align(messages(1, 2), 2);
    expect(heights.sum(1, 2)).toBeGreaterThan(20);
  });

  it("begins anew when the log was replaced", () => {
    const heights = heightsOf(messages(1, 2), 1000, 1000);
    heights.align(messages(71, 72), 2);
    expect(heights.sum(0, 2)).toBeLessThan(1000);
  });
});

it("finds a message by its number", () => {
  const list = messages(1, 4, 5, 9);
  expect([1, 4, 5, 9, 0, 2, 10].map((seq) => indexOfSeq(list, seq))).toEqual([0, 1, 2, 3, -1, -1, -1]);
});
