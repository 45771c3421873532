"use client";

import { type RefObject, useCallback, useLayoutEffect, useMemo, useState } from "react";
import { draftStore } from "./draft";

/** What stands in a room's composer: what was typed before the page came alive, or begun at an earlier visit. */
export function useDraft(userId: string, roomId: string, textarea: RefObject<HTMLTextAreaElement | null>) {
  const store = useMemo(() => draftStore(userId, roomId), [userId, roomId]);
  const [text, setText] = useState("");

  useLayoutEffect(() => setText(textarea.current?.value || store.load()), [store, textarea]);

  const change = useCallback(
    (next: string) => {
      setText(next);
      store.save(next);
    },
    [store],
  );
  return [text, change] as const;
}
