"use client";

import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { Page } from "@/client/room-files-api";
import { useDeleted } from "@/components/message/conversation";

type Pages<Item> = { items: readonly Item[]; state: "loading" | "failed" | "more" | "all" };

type Load<Item> = (before: string | undefined) => Promise<Page<Item>>;

/** What was sent to the room and is not deleted since: a list that grows by a page at a time. `load` must keep its identity as long as it asks for the same list. */
export function usePages<Item extends { id: string; seq: number }>(load: Load<Item>) {
  const [pages, setPages] = useState<Pages<Item>>({ items: [], state: "loading" });
  const current = useRef(load);

  const loadAfter = useCallback(
    async (items: readonly Item[]) => {
      current.current = load;
      setPages({ items, state: "loading" });
      const page = await load(items.at(-1)?.id).catch(() => null);
      // Another list is asked for meanwhile.
      if (current.current !== load) return;
      if (!page) setPages({ items, state: "failed" });
      else setPages({ items: [...items, ...page.items], state: page.more ? "more" : "all" });
    },
    [load],
  );
  useEffect(() => void loadAfter([]), [loadAfter]);

  const deleted = useDeleted();
  const items = useMemo(() => pages.items.filter(({ seq }) => !deleted.has(seq)), [pages.items, deleted]);
  return { state: pages.state, items, loadMore: () => void loadAfter(pages.items) };
}
