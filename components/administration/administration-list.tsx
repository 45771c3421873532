"use client";

import { Search } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { LoadError } from "@/components/ui/load-error";
import { SearchInput } from "@/components/ui/search-input";
import { usePaused } from "@/components/ui/use-paused";
import { type Page, usePages } from "./use-pages";

type AdministrationListProps<Item> = {
  label: string;
  search: { label: string; placeholder: string };
  nothing: { title: string; text(query: ReactNode): ReactNode };
  first: Page<Item>;
  ask: Parameters<typeof usePages<Item & { id: string }>>[2];
  row(item: Item, put: (changed: Item | null) => void): ReactNode;
};

/** A list that owners of the server search, and load page by page. */
export function AdministrationList<Item extends { id: string }>(props: AdministrationListProps<Item>) {
  const { label, search, nothing, first, ask, row } = props;
  const [typed, setTyped] = useState("");
  const query = usePaused(typed.trim());
  const { items, hasMore, isLoading, error, loadMore, put } = usePages<Item>(query, first, ask);
  return (
    <div className="grid grid-cols-1 gap-2 pt-4">
      <SearchInput label={search.label} placeholder={search.placeholder} value={typed} onChange={setTyped} />
      <ul aria-label={label} aria-busy={isLoading} className="grid grid-cols-1 gap-0.5">
        {items.map((item) => row(item, (changed) => put(item.id, changed)))}
      </ul>
      {items.length === 0 && !isLoading && !error && (
        <EmptyState icon={<Search />} title={nothing.title}>
          {nothing.text(<bdi>{query}</bdi>)}
        </EmptyState>
      )}
      {error && <LoadError error={error} onRetry={loadMore} />}
      {hasMore && !error && (
        <Button variant="secondary" busy={isLoading} onClick={loadMore} className="mt-2 justify-self-center">
          Load more
        </Button>
      )}
    </div>
  );
}
