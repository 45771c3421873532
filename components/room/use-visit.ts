"use client";

import { useEffect } from "react";

/** Calls `onVisit` once when the room is really looked at: not for a page that waits in a hidden tab. */
export function useVisit(roomId: string, onVisit: (roomId: string) => Promise<unknown>): void {
  useEffect(() => {
    const visit = () => {
      if (document.visibilityState !== "visible") return;
      document.removeEventListener("visibilitychange", visit);
      // Which room opens next time is no reason to trouble anybody when the network is away.
      onVisit(roomId).catch(() => {});
    };
    document.addEventListener("visibilitychange", visit);
    visit();
    return () => document.removeEventListener("visibilitychange", visit);
  }, [roomId, onVisit]);
}
