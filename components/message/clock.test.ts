import { describe, expect, it } from "vitest";
import { type Clock, dayOf, encodeClock, formatDay, formatMoment, formatTime, parseClock } from "./clock";

const kolkata: Clock = { timeZone: "Asia/Kolkata", locale: "en-GB", hour12: false };
const newYork: Clock = { timeZone: "America/New_York", locale: "en-US", hour12: true };
const moment = new Date("2026-05-12T20:35:07Z");

describe("a clock", () => {
  it("tells the time of its place in its manner", () => {
    expect(formatTime(moment, kolkata)).toBe("02:05");
    expect(formatTime(moment, newYork).replace("\u202f", " ")).toBe("4:35 PM");
  });

  it("shows midnight as 00:00 where the day has 24 hours", () => {
    expect(formatTime(new Date("2026-05-12T18:30:00Z"), kolkata)).toBe("00:00");
  });

  it("tells the full moment to the second", () => {
    expect(formatMoment(moment, kolkata)).toMatch(/Wednesday,? 13 May 2026.*02:05:07/);
  });

  it("knows which day it is there", () => {
    expect(dayOf(moment, kolkata)).toBe("2026-05-13");
    expect(dayOf(moment, newYork)).toBe("2026-05-12");
  });
});

describe("formatDay", () => {
  it.each([
    ["2026-03-01", "2026-03-01", "Today"],
    ["2026-02-28", "2026-03-01", "Yesterday"],
    ["2025-12-31", "2026-01-01", "Yesterday"],
    ["2026-02-27", "2026-03-01", "Friday 27 February"],
    ["2025-02-27", "2026-03-01", "Thursday 27 February 2025"],
  ])("calls %s on %s %s", (day, today, name) => {
    expect(formatDay(day, today, kolkata).replace(",", "")).toBe(name);
  });
});

describe("parseClock", () => {
  it("reads what encodeClock wrote", () => {
    expect(parseClock(encodeClock(kolkata))).toEqual(kolkata);
    expect(parseClock(encodeClock(newYork))).toEqual(newYork);
  });

  it.each([
    undefined,
    "",
    "~~",
    "Mars/Olympus~en-GB~24",
    "Asia/Kolkata~en-GB~25",
    "Asia/Kolkata~xx$~24",
    "Asia/Kolkata~de~24",
  ])("takes %s for no clock", (text) => {
    expect(parseClock(text)).toBeNull();
  });
});
