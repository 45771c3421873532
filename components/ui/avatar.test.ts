import { describe, expect, it } from "vitest";
import { hueOf, initialsOf } from "./avatar";

describe("initialsOf", () => {
  it.each([
    ["Ada Lovelace", "AL"],
    ["grace", "G"],
    ["  Augusta Ada   King ", "AK"],
    ["łucja żółć", "ŁŻ"],
    ["অমর্ত্য সেন", "অ"],
    ["نجيب محفوظ", "ن"],
    ["👩‍🚀 Mae", "👩‍🚀"],
    ["Mae 👩‍🚀", "M"],
  ])("shortens %s to %s", (name, initials) => {
    expect(initialsOf(name)).toBe(initials);
  });
});

describe("hueOf", () => {
  it("gives an id the same hue each time, and many ids every hue", () => {
    const ids = Array.from({ length: 200 }, (_, index) => `user-${index}`);
    expect(ids.map(hueOf)).toEqual(ids.map(hueOf));
    expect(new Set(ids.map(hueOf))).toEqual(new Set([0, 1, 2, 3, 4, 5, 6, 7, 8]));
  });
});
