"use client";

import { useEffect, useState } from "react";
import { Spinner } from "@/components/ui/spinner";

/** What is found within this time needs no word. */
const PATIENCE_MS = 400;

/** Says, over the log and without moving it, that the message somebody wants to see is on its way. */
export function SeekingNotice({ seeking }: { seeking: boolean }) {
  const isLate = useLate(seeking);
  return (
    <div className="pointer-events-none absolute inset-x-0 top-2 z-10 flex justify-center px-3">
      <div role="status">
        {isLate && (
          <div className="flex animate-fade-in items-center gap-2 rounded-lg bg-muted px-3 py-2 text-sm shadow-float">
            <Spinner />
            Loading the message
          </div>
        )}
      </div>
    </div>
  );
}

function useLate(waiting: boolean): boolean {
  const [isLate, setLate] = useState(false);
  useEffect(() => {
    if (!waiting) return setLate(false);
    const timer = setTimeout(() => setLate(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [waiting]);
  return isLate && waiting;
}
