import { expect, test } from "vitest";
import { checkFiles } from "./check-files";
import { toFileName } from "./file-name";
import { sizeInWords } from "./file-size";

const MEBIBYTE = 1024 * 1024;
const file = (name: string, size = 10) => ({ name, blob: new Blob([new Uint8Array(size)]) });

test("what is too large is refused with its name, its size and the limit, and the others are taken", () => {
  const { taken, refusals } = checkFiles([file("small.txt"), file("film.mov", 3 * MEBIBYTE)], 0, {
    fileBytesMax: 2 * MEBIBYTE,
  });
  expect(taken.map(({ name }) => name)).toEqual(["small.txt"]);
  expect(refusals).toEqual(["“film.mov” is too large: it has 3 MB, and a file may have at most 2 MB."]);
});

test("an empty file is refused", () => {
  expect(checkFiles([file("nothing.txt", 0)], 0, null)).toEqual({ taken: [], refusals: ["“nothing.txt” is empty."] });
});

test("a message carries ten files, those that it has among them", () => {
  const twelve = Array.from({ length: 12 }, (_, n) => file(`${n}.txt`));
  const { taken, refusals } = checkFiles(twelve, 3, null);
  expect(taken).toHaveLength(7);
  expect(refusals).toEqual(["A message carries at most 10 files: 5 files were left out."]);
  expect(checkFiles([file("one.txt")], 10, null).refusals).toEqual([
    "A message carries at most 10 files: 1 file was left out.",
  ]);
});

test.each([
  [1, "1 byte"],
  [812, "812 bytes"],
  [1_024, "1 KB"],
  [1_500, "1.5 KB"],
  [1024 * 1024 - 1, "1 MB"],
  [5.25 * MEBIBYTE, "5.3 MB"],
  [256 * MEBIBYTE, "256 MB"],
  [5 * 1024 * MEBIBYTE, "5 GB"],
])("%d bytes are %s", (bytes, words) => {
  expect(sizeInWords(bytes)).toBe(words);
});

test.each([
  ["notes.txt", "notes.txt"],
  ["  notes.txt ", "notes.txt"],
  ["exe.\u202egpj", "exe.gpj"],
  ["../etc/passwd", "..-etc-passwd"],
  ["a\u0000b\u200bc\n.txt", "abc.txt"],
  ["Cafe\u0301.txt", "Café.txt"],
  ["..", "file"],
  ["", "file"],
])("%j goes out as %j", (given, name) => {
  expect(toFileName(given)).toBe(name);
});

test("a name that is too long keeps its beginning and its ending", () => {
  const name = toFileName(`${"long ".repeat(60)}.jpeg`);
  expect(name).toHaveLength(200);
  expect(name).toMatch(/^long long .*….jpeg$/);
});

test("a name that is too long is not cut through a sign", () => {
  const name = toFileName("😀".repeat(150));
  expect(name.length).toBeLessThanOrEqual(200);
  expect(name.isWellFormed()).toBe(true);
});
