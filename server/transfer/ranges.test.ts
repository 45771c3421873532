import { expect, it } from "vitest";
import { readRange } from "./ranges";

const FILE = { size: 100, etag: '"a-full"' };

it.each([
  [undefined, null],
  ["bytes=0-9", { start: 0, end: 9 }],
  ["bytes=90-", { start: 90, end: 99 }],
  ["bytes=90-1000", { start: 90, end: 99 }],
  ["bytes=-10", { start: 90, end: 99 }],
  ["bytes=-1000", { start: 0, end: 99 }],
  ["bytes=100-", "unsatisfiable"],
  ["bytes=-0", "unsatisfiable"],
  ["bytes=9-0", null],
  ["bytes=-", null],
  ["bytes=0-1,5-6", null],
  ["bytes=a-b", null],
  ["items=0-9", null],
  ["bytes=0-99999999999999999999", null],
])("%s of a hundred bytes", (range, expected) => {
  expect(readRange({ range }, FILE)).toEqual(expected);
});

it("gives the whole when the reader's bytes are of something else", () => {
  expect(readRange({ range: "bytes=0-9", "if-range": '"b-full"' }, FILE)).toBeNull();
  expect(readRange({ range: "bytes=0-9", "if-range": FILE.etag }, FILE)).toEqual({ start: 0, end: 9 });
});
