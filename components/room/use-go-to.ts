"use client";

import { useSearchParams } from "next/navigation";
import { type RefObject, useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { Arrival } from "@/client/history";
import { toast } from "@/components/ui/toast";
import { SEQ_MAX } from "@/protocol/limits";
import type { LogHandle } from "./message-log";

type Conversation = { goTo(seq: number): Promise<Arrival>; toNewest(): void };

/**
 * Goes to single messages of a room. `/rooms/<slug>?message=<seq>` is the address of one: it is gone to when the page
 * opens, when the address changes, and when somebody asks. `conversation` is null until the page has come alive.
 */
export function useGoTo(slug: string, conversation: Conversation | null, log: RefObject<LogHandle | null>) {
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

  const messages = useMemo(
    () => ({
      address: (seq: number) => addressOf(slug, seq),
      go(seq: number) {
        if (seq === named) void arrive(seq);
        else history.pushState(null, "", addressOf(slug, seq));
      },
    }),
    [slug, named, arrive],
  );

  return { goal, messages, toNewest };
}

function addressOf(slug: string, seq: number): string {
  return `/rooms/${encodeURIComponent(slug)}?message=${seq}`;
}

function numberOf(given: string | null): number | null {
  const seq = given !== null && /^[1-9]\d{0,9}$/.test(given) ? Number(given) : SEQ_MAX;
  return seq < SEQ_MAX ? seq : null;
}
