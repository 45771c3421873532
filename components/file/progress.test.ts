import { expect, test } from "vitest";
import { progressInWords, progressOf } from "./progress";

const moving = { status: "uploading", size: 1_000, sentBytes: 435 } as const;
const waiting = { status: "waiting", size: 1_000, sentBytes: 0 } as const;
const ready = { status: "ready", size: 2_000, sentBytes: 2_000 } as const;

test("the share counts bytes, not files", () => {
  expect(progressOf([moving, ready])).toBe(81);
  expect(progressOf([waiting])).toBe(0);
  expect(progressOf([])).toBe(0);
  expect(progressOf([{ ...moving, sentBytes: 1_000 }])).toBe(99);
  expect(progressOf([ready])).toBe(100);
});

test.each([
  [[moving], false, "Sending a file, 43 %"],
  [[moving, waiting], false, "Sending 2 files, 21 %"],
  [[waiting], true, "Goes out when you are back"],
  [[waiting, ready], false, "Waiting to be sent"],
  [[{ ...moving, status: "finishing" as const }, ready], false, "Almost there"],
  [[ready], false, "Sent"],
])("%j, offline %s, is said as %s", (uploads, isOffline, words) => {
  expect(progressInWords(uploads, isOffline)).toBe(words);
});
