import { expect, it } from "vitest";
import { isInvisible, normalizeBounded } from "./bounded-text";

const marks = (count: number) => `a${"\u0301".repeat(count / 2)}${"\u0323".repeat(count / 2)}`;

it("a text longer than its field could be is not looked at, however long it is", () => {
  const long = marks(2_000_000);
  const startedAt = performance.now();
  expect(normalizeBounded(long, 60, "NFC")).toBeNull();
  // To normalize it takes hours.
  expect(performance.now() - startedAt).toBeLessThan(50);
});

it("a text that fits once it is composed is composed", () => {
  expect(normalizeBounded("e\u0301".repeat(60), 60, "NFC")).toBe("é".repeat(60));
});

it.each(["", "  \n", "\u200b", "\u2800", "\u3164", "\u00ad", "\u202e", "\u115f\uffa0", "\u200d\ufe0f", "\u{e0041}"])(
  "a text of %j shows nothing",
  (text) => expect(isInvisible(text)).toBe(true),
);

it.each(["a", ".", "\u200bx", "👩‍👩‍👧‍👦", "م\u200cی", "\u0301x", "⠁"])("a text of %j shows something", (text) =>
  expect(isInvisible(text)).toBe(false),
);
