import { expect, it } from "vitest";
import { delayMs } from "./attempts";

it("costs nothing for the first attempts, then twice as much for each, and never locks out", () => {
  const delays = [1, 5, 6, 7, 8, 9, 100].map((attempts) => delayMs(attempts, 5, 60_000));
  expect(delays).toEqual([0, 0, 1_000, 2_000, 4_000, 8_000, 60_000]);
});
