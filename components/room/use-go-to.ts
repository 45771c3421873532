"use client";

import { useSearchParams } from "next/navigation";
import { type RefObject, useCallback, useEffect, useRef, useState } from "react";
import type { Arrival } from "@/client/history";
import { toast } from "@/components/ui/toast";
import { SEQ_MAX } from "@/protocol/limits";
import type { LogHandle } from "./message-log";

type GoToOptions = {
  slug: string;
  /** Null until the page has come alive. */
  conversation: { goTo(seq: number): Promise<Arrival>; toNewest(): void } | null;
  log: RefObject<LogHandle | null>;
};

/**
 * Goes to single messages of a room. `/rooms/<slug>?message=<seq>` is the address of one: it is gone to when the page
 * opens, when the address changes, and when somebody asks.
 */
export function useGoTo({ slug, conversation, log }: GoToOptions) {
  const [goal, setGoal] = useState<{ seq: number } | null>(null);
  const named = numberOf(useSearchParams().get("message"));
  const before = useRef(named);

  const arrive = useCallback(
    async (seq: number) => {
      const arrival = await conversation?.goTo(seq);
      if (arrival === "shown") setGoal({ seq });
      if (arrival === "missing") toast.info("There is no such message in this room.");
      if (arrival === "failed") toast.danger("The message could not be loaded: try again when you are online.");
    },
    [conversation],
  );

  useEffect(() => {
    if (named !== null) void arrive(named);
    else if (before.current !== null) log.current?.toEnd();
    before.current = named;
  }, [named, arrive, log]);

  /** Shows the newest messages again, and takes the message out of the address. */
  const toNewest = useCallback(() => {
    before.current = null;
    conversation?.toNewest();
    setGoal(null);
    if (new URLSearchParams(location.search).has("message")) history.replaceState(null, "", location.pathname);
  }, [conversation]);

  const address = useCallback((seq: number) => `/rooms/${encodeURIComponent(slug)}?message=${seq}`, [slug]);
  const go = useCallback(
    (seq: number) => {
      if (seq === named) void arrive(seq);
      else history.pushState(null, "", address(seq));
    },
    [named, arrive, address],
  );

  return { goal, address, go, toNewest };
}

function numberOf(given: string | null): number | null {
  const seq = given !== null && /^[1-9]\d{0,9}$/.test(given) ? Number(given) : SEQ_MAX;
  return seq < SEQ_MAX ? seq : null;
}
