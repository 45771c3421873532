import { expect, test } from "vitest";
import { moveBy, WHOLE, zoomAt } from "./zoom";

const STAGE = { width: 1000, height: 800 };

test("what is under the pointer stays there", () => {
  const point = { x: 200, y: -100 };
  const view = zoomAt(WHOLE, 2, point, STAGE);
  expect(view).toEqual({ scale: 2, x: -200, y: 100 });
  // The same spot of the picture, before and after.
  expect((point.x - view.x) / view.scale).toBe(point.x);
  expect((point.y - view.y) / view.scale).toBe(point.y);
});

test("it grows to six times and no more, and shrinks to the whole", () => {
  expect(zoomAt(WHOLE, 100, { x: 0, y: 0 }, STAGE).scale).toBe(6);
  expect(zoomAt({ scale: 2, x: 300, y: 40 }, 0.1, { x: 0, y: 0 }, STAGE)).toEqual(WHOLE);
});

test("it cannot be moved out of sight", () => {
  const view = zoomAt(WHOLE, 2, { x: 0, y: 0 }, STAGE);
  expect(moveBy(view, 5_000, -5_000, STAGE)).toEqual({ scale: 2, x: 500, y: -400 });
  expect(moveBy(WHOLE, 50, 50, STAGE)).toEqual(WHOLE);
});
