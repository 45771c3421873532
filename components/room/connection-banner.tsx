"use client";

import { CircleCheck, CloudOff } from "lucide-react";
import { useEffect, useState } from "react";
import { useChatClient, useConnection } from "./chat-provider";

/** A connection that is back within this time was never missed. */
const PATIENCE_MS = 1_000;
const BACK_SHOWN_MS = 2_500;

type Face = "none" | "away" | "back";

/** Says, over the log and without moving it, that the connection is lost, and that it is back. */
export function ConnectionBanner() {
  const client = useChatClient();
  const { status, retryAt } = useConnection();
  const face = useFace(status === "online");

  return (
    <div className="pointer-events-none absolute inset-x-0 top-2 z-10 flex justify-center px-3">
      <div role="status" className="pointer-events-auto">
        {face === "away" && (
          <div className="flex animate-fade-in items-center gap-2.5 rounded-lg bg-warning-soft py-2 ps-3 pe-2 text-sm text-warning-soft-foreground shadow-float">
            <CloudOff aria-hidden className="size-4 shrink-0" />
            <p>You are offline. What you write is kept and goes out when you are back.</p>
            <button
              type="button"
              onClick={() => client?.reconnect()}
              disabled={retryAt === null}
              className="shrink-0 rounded-sm px-2 py-1 font-semibold underline decoration-current/40 underline-offset-3 hover:decoration-current disabled:no-underline touch:min-h-10"
            >
              {retryAt === null ? "Reconnecting…" : "Try now"}
            </button>
          </div>
        )}
        {face === "back" && (
          <div className="flex animate-fade-in items-center gap-2 rounded-lg bg-primary-soft px-3 py-2 font-semibold text-primary-soft-foreground text-sm shadow-float">
            <CircleCheck aria-hidden className="size-4" />
            You are back
          </div>
        )}
      </div>
    </div>
  );
}

function useFace(online: boolean): Face {
  const [face, setFace] = useState<Face>("none");
  useEffect(() => {
    if (!online) {
      const timer = setTimeout(() => setFace("away"), PATIENCE_MS);
      return () => clearTimeout(timer);
    }
    setFace((face) => (face === "away" ? "back" : "none"));
    const timer = setTimeout(() => setFace("none"), BACK_SHOWN_MS);
    return () => clearTimeout(timer);
  }, [online]);
  return face;
}
