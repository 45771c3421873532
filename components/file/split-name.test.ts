import { expect, test } from "vitest";
import { splitName } from "./split-name";

test.each([
  ["notes.txt", "notes.txt", ""],
  ["a-very-long-name-of-a-picture.jpeg", "a-very-long-name-of-a-pic", "ture.jpeg"],
  ["", "", ""],
])("%s is split before its end", (name, head, tail) => {
  expect(splitName(name)).toEqual({ head, tail });
});

test("no sign is torn, and nothing is lost", () => {
  const name = "👩‍🚀".repeat(30);
  const { head, tail } = splitName(name);
  expect(head + tail).toBe(name);
  expect(tail).toBe("👩‍🚀".repeat(9));
});
