import { expect, it } from "vitest";
import type { Clock } from "./clock";
import { startsDay, startsGroup } from "./grouping";

const berlin: Clock = { timeZone: "Europe/Berlin", locale: "en-GB", hour12: false };
const by = (senderId: string, moment: string) => ({ senderId, sentAt: new Date(moment) });

it("begins a day and a group with the first message", () => {
  const first = by("ada", "2026-05-12T10:00:00Z");
  expect(startsDay(first, null, berlin)).toBe(true);
  expect(startsGroup(first, null, berlin)).toBe(true);
});

it.each([
  ["the same author a minute later", "ada", "2026-05-12T10:01:00Z", false],
  ["the same author after exactly five minutes", "ada", "2026-05-12T10:05:00Z", false],
  ["the same author after more than five minutes", "ada", "2026-05-12T10:05:00.001Z", true],
  ["another author at once", "grace", "2026-05-12T10:00:01Z", true],
])("%s", (_, senderId, moment, starts) => {
  expect(startsGroup(by(senderId, moment), by("ada", "2026-05-12T10:00:00Z"), berlin)).toBe(starts);
});

it("divides days by the reader's midnight, and groups with them", () => {
  const before = by("ada", "2026-05-12T21:59:00Z");
  const after = by("ada", "2026-05-12T22:00:00Z");
  expect(startsDay(after, before, berlin)).toBe(true);
  expect(startsGroup(after, before, berlin)).toBe(true);
  expect(startsDay(after, before, { ...berlin, timeZone: "UTC" })).toBe(false);
});
