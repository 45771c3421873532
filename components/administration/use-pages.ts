import { useCallback, useEffect, useRef, useState } from "react";
import type { RestAnswer } from "@/client/rest";
import type { ErrorPayload } from "@/protocol/errors";

export type Page<Item> = { items: readonly Item[]; next: string | null };
type Load<Item> = (query: string, after?: string) => Promise<RestAnswer<Page<Item>>>;

/**
 * What a search finds, which grows by a page at a time.
 * @param first the page that the server rendered, of no search.
 * @param ask loads a page; the same function each time.
 */
export function usePages<Item extends { id: string }>(query: string, first: Page<Item>, ask: Load<Item>) {
  const [shown, setShown] = useState({ query: "", ...first });
  const [isLoading, setIsLoading] = useState(false);
  const [error, setError] = useState<ErrorPayload | null>(null);
  const wanted = useRef(query);

  const load = useCallback(
    async (had: readonly Item[], after?: string) => {
      wanted.current = query;
      setIsLoading(true);
      setError(null);
      const answer = await ask(query, after);
      // Something else is searched for meanwhile.
      if (wanted.current !== query) return;
      setIsLoading(false);
      if (!answer.ok) return setError(answer.error);
      setShown({ query, items: [...had, ...answer.value.items], next: answer.value.next });
    },
    [query, ask],
  );

  const isOther = shown.query !== query;
  useEffect(() => {
    if (isOther) void load([]);
  }, [isOther, load]);

  /** Puts a changed one in its place, or null where one is gone. */
  const put = useCallback((id: string, changed: Item | null) => {
    setShown((shown) => ({
      ...shown,
      items: shown.items.flatMap((each) => (each.id === id ? (changed ?? []) : each)),
    }));
  }, []);

  return {
    items: isOther ? [] : shown.items,
    hasMore: !isOther && shown.next !== null,
    isLoading: isLoading || isOther,
    error,
    loadMore: () => void (isOther ? load([]) : load(shown.items, shown.next ?? undefined)),
    put,
  };
}

/** An answer of the REST API as a page of what it lists. */
export function toPage<Answer extends { next: string | null }, Item>(
  answer: RestAnswer<Answer>,
  itemsOf: (value: Answer) => readonly Item[],
): RestAnswer<Page<Item>> {
  return answer.ok ? { ok: true, value: { items: itemsOf(answer.value), next: answer.value.next } } : answer;
}
