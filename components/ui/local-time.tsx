"use client";

import { useSyncExternalStore } from "react";

const FORMATS = {
  date: { dateStyle: "medium" },
  moment: { dateStyle: "medium", timeStyle: "short" },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;

/** A moment in the reader's own time zone; the server, which does not know it, writes the day in UTC. */
export function LocalTime({ at, format = "moment" }: { at: string; format?: keyof typeof FORMATS }) {
  const text = useSyncExternalStore(
    neverChanges,
    () => new Intl.DateTimeFormat(undefined, FORMATS[format]).format(new Date(at)),
    () => at.slice(0, 10),
  );
  return <time dateTime={at}>{text}</time>;
}

const neverChanges = () => () => {};
