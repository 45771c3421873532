"use client";

import { useRouter } from "next/navigation";
import { useEffect, useRef } from "react";

/** A change of the room reaches everybody in it at once: they ask the server over this time, not together. */
const SPREAD_MS = 800;

/** Has the server render the page again, the sidebar with it, when `cause` becomes another. */
export function useRefreshOn(cause: unknown): void {
  const router = useRouter();
  const first = useRef(cause);
  useEffect(() => {
    if (Object.is(cause, first.current)) return;
    first.current = undefined;
    const timer = setTimeout(() => router.refresh(), Math.random() * SPREAD_MS);
    return () => clearTimeout(timer);
  }, [cause, router]);
}
