"use client";

import { createContext, type ReactNode, useContext, useEffect, useSyncExternalStore } from "react";
import { type Clock, type Day, dayOf, encodeClock, readBrowserClock } from "./clock";
import { CLOCK_COOKIE } from "./clock-cookie";

/** Every zone's midnight falls on a quarter of an hour. */
const QUARTER_MS = 15 * 60_000;
const YEAR_SECONDS = 365 * 24 * 60 * 60;

const ServerClock = createContext<Clock | null>(null);

/**
 * Tells what is below it how the person's device reads the time. `known` is what the server believed when
 * it rendered the page; the device's own word goes into a cookie, so that the server knows it next time.
 */
export function ClockProvider({ known, children }: { known: Clock | null; children: ReactNode }) {
  useEffect(() => {
    const secure = location.protocol === "https:" ? "; Secure" : "";
    const value = encodeURIComponent(encodeClock(browserClock()));
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser yet.
    document.cookie = `${CLOCK_COOKIE}=${value}; Path=/; Max-Age=${YEAR_SECONDS}; SameSite=Lax${secure}`;
  }, []);
  return <ServerClock value={known}>{children}</ServerClock>;
}

/** The device's clock; while hydrating what the server rendered with, so null only on a first visit. */
export function useClock(): Clock | null {
  const known = useContext(ServerClock);
  const clock = useSyncExternalStore(never, browserClock, () => known);
  return clock && known && encodeClock(clock) === encodeClock(known) ? known : clock;
}

/** The day that it is now, there; changes at midnight. */
export function useToday(clock: Clock): Day {
  const today = () => dayOf(new Date(), clock);
  return useSyncExternalStore(everyQuarter, today, today);
}

let cached: Clock | undefined;

function browserClock(): Clock {
  cached ??= readBrowserClock();
  return cached;
}

function never(): () => void {
  return () => {};
}

function everyQuarter(listener: () => void): () => void {
  let timer: ReturnType<typeof setTimeout>;
  const wait = () => {
    timer = setTimeout(
      () => {
        listener();
        wait();
      },
      QUARTER_MS - (Date.now() % QUARTER_MS),
    );
  };
  wait();
  return () => clearTimeout(timer);
}
