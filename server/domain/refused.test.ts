import { expect, test, vi } from "vitest";
import { Refused } from "./refused";

test("what the sockets' copy of the domain refused is a refusal to the pages' copy", async () => {
  vi.resetModules();
  const { Refused: Theirs } = await import("./refused");
  expect(Theirs).not.toBe(Refused);
  expect(new Theirs("overloaded", "Not now.")).toBeInstanceOf(Refused);
  expect(new Error("Not now.")).not.toBeInstanceOf(Refused);
});
