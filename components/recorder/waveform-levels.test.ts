import { expect, test } from "vitest";
import { levelOf, toWaveform } from "./waveform-levels";

test("silence is 0, what is loud is 100 and no more", () => {
  expect(levelOf(new Float32Array(64))).toBe(0);
  expect(levelOf(new Float32Array(64).fill(1))).toBe(100);
  expect(levelOf(new Float32Array(0))).toBe(0);
  const quiet = levelOf(new Float32Array(64).fill(0.05));
  expect(quiet).toBeGreaterThan(20);
  expect(quiet).toBeLessThan(60);
});

test("a waveform has as many levels as the protocol takes, and shows every peak", () => {
  const levels = Array.from({ length: 1_000 }, (_, index) => (index === 500 ? 90 : 5));
  const waveform = toWaveform(levels);
  expect(waveform).toHaveLength(64);
  expect(Math.max(...waveform)).toBe(90);
  expect(waveform.filter((level) => level === 5)).toHaveLength(63);
});

test("a short recording has fewer", () => {
  expect(toWaveform([1, 2, 3])).toEqual([1, 2, 3]);
  expect(toWaveform([])).toEqual([]);
});
