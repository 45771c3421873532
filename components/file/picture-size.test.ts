import { expect, test } from "vitest";
import { placeOf, sourceSet } from "./picture-size";

test.each([
  [
    { width: 4000, height: 3000 },
    { width: 420, height: 315 },
  ],
  [
    { width: 3000, height: 4000 },
    { width: 240, height: 320 },
  ],
  [
    { width: 200, height: 100 },
    { width: 200, height: 100 },
  ],
  [
    { width: 16, height: 16 },
    { width: 44, height: 44 },
  ],
  [
    { width: 100, height: 10_000 },
    { width: 44, height: 320 },
  ],
  [{}, { width: 320, height: 240 }],
])("a picture of %j has a place of %j", (size, place) => {
  expect(placeOf(size)).toEqual(place);
});

test("the previews say how wide they are", () => {
  expect(sourceSet({ width: 3000, height: 4000, small: "/s", large: "/l" })).toBe("/s 360w, /l 1080w");
  expect(sourceSet({ width: 300, height: 200, small: "/s" })).toBe("/s 300w");
  expect(sourceSet({ small: "/s" })).toBe("");
});
