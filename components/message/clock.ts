/** How a person's device tells the time: where they are and whether their day has 24 hours. */
export type Clock = { timeZone: string; locale: string; hour12: boolean };

/** A calendar day in a clock's zone, "2026-05-12": days compare and sort as text. */
export type Day = string;

const SEPARATOR = "~";

/** What the browser says of itself. Words stay English, as the page is; the order and the hours are the person's. */
export function readBrowserClock(): Clock {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const { hour12 = false } = Intl.DateTimeFormat(navigator.language, { hour: "numeric" }).resolvedOptions();
  const english = navigator.language.startsWith("en");
  return { timeZone, hour12, locale: english ? navigator.language : hour12 ? "en-US" : "en-GB" };
}

export function encodeClock({ timeZone, locale, hour12 }: Clock): string {
  return [timeZone, locale, hour12 ? "12" : "24"].join(SEPARATOR);
}

/** Reads what `encodeClock` wrote; null for anything that is no clock, for it comes from a cookie. */
export function parseClock(text: string | undefined): Clock | null {
  const [timeZone, locale, hours] = text?.split(SEPARATOR) ?? [];
  if (!timeZone || !locale?.startsWith("en") || (hours !== "12" && hours !== "24")) return null;
  try {
    new Intl.DateTimeFormat(locale, { timeZone });
  } catch {
    return null;
  }
  return { timeZone, locale, hour12: hours === "12" };
}

/** "14:05" or "2:05 PM". */
export function formatTime(moment: Date, clock: Clock): string {
  return formatsOf(clock).time.format(moment);
}

/** "Tuesday 12 May 2026 at 14:05:33", for the one who wants to know. */
export function formatMoment(moment: Date, clock: Clock): string {
  return formatsOf(clock).moment.format(moment);
}

export function dayOf(moment: Date, clock: Clock): Day {
  return formatsOf(clock).day.format(moment);
}

/** "Today", "Yesterday", "Tuesday 12 May", and with the year when it is not this one. */
export function formatDay(day: Day, today: Day, clock: Clock): string {
  if (day === today) return "Today";
  const noon = new Date(`${day}T12:00:00Z`);
  if (noon.getTime() === new Date(`${today}T12:00:00Z`).getTime() - 86_400_000) return "Yesterday";
  const { thisYear, otherYear } = formatsOf(clock);
  return (day.slice(0, 4) === today.slice(0, 4) ? thisYear : otherYear).format(noon);
}

type Formats = Record<"time" | "moment" | "day" | "thisYear" | "otherYear", Intl.DateTimeFormat>;

/** Making a formatter costs a thousand times what using it does. */
const made = new Map<string, Formats>();

function formatsOf(clock: Clock): Formats {
  const key = encodeClock(clock);
  const found = made.get(key);
  if (found) return found;
  const { timeZone, locale, hour12 } = clock;
  const hours = hour12
    ? ({ hour12: true, hour: "numeric" } as const)
    : ({ hourCycle: "h23", hour: "2-digit" } as const);
  const date = { weekday: "long", day: "numeric", month: "long" } as const;
  const formats: Formats = {
    time: new Intl.DateTimeFormat(locale, { timeZone, ...hours, minute: "2-digit" }),
    moment: new Intl.DateTimeFormat(locale, {
      timeZone,
      ...date,
      year: "numeric",
      ...hours,
      minute: "2-digit",
      second: "2-digit",
    }),
    day: new Intl.DateTimeFormat("en-CA", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" }),
    thisYear: new Intl.DateTimeFormat(locale, { timeZone: "UTC", ...date }),
    otherYear: new Intl.DateTimeFormat(locale, { timeZone: "UTC", ...date, year: "numeric" }),
  };
  made.set(key, formats);
  return formats;
}
