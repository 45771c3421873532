"use client";

import { useEffect, useState } from "react";
import type { ErrorPayload } from "@/protocol/errors";

const SECOND_MS = 1_000;

/** Seconds until a refused form may be tried again; 0 when it may. */
export function useWait(error: ErrorPayload | null): number {
  const [waitS, setWaitS] = useState(0);

  useEffect(() => {
    const endsAt = Date.now() + (error?.retryAfterMs ?? 0);
    const tick = () => {
      const left = Math.max(0, Math.ceil((endsAt - Date.now()) / SECOND_MS));
      setWaitS(left);
      if (left === 0) clearInterval(timer);
    };
    const timer = setInterval(tick, SECOND_MS);
    tick();
    return () => clearInterval(timer);
  }, [error]);

  return waitS;
}
