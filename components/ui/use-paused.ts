"use client";

import { useEffect, useState } from "react";

/** A server is not asked at every letter that somebody types. */
const TYPING_PAUSE_MS = 250;

/** The value as it was when it last stayed the same for a moment. */
export function usePaused(value: string, pauseMs = TYPING_PAUSE_MS): string {
  const [paused, setPaused] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setPaused(value), pauseMs);
    return () => clearTimeout(timer);
  }, [value, pauseMs]);
  return paused;
}
