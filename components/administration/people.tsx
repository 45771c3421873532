"use client";

import { Search } from "lucide-react";
import { useCallback, useEffect, useRef, useState } from "react";
import { listAccounts } from "@/client/administration-api";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { LoadError } from "@/components/ui/load-error";
import { SearchInput } from "@/components/ui/search-input";
import { usePaused } from "@/components/ui/use-paused";
import type { Account, AccountPage } from "@/protocol/accounts";
import type { ErrorPayload } from "@/protocol/errors";
import { AccountRow } from "./account-row";

/** All accounts of the server, for its owners. `first` is the page that the server rendered. */
export function People({ viewerId, first }: { viewerId: string; first: AccountPage }) {
  const [typed, setTyped] = useState("");
  const query = usePaused(typed.trim());
  const { people, hasMore, isLoading, error, loadMore, put } = usePeople(query, first);
  return (
    <div className="grid grid-cols-1 gap-2 pt-4">
      <SearchInput
        label="Search people"
        placeholder="Search by name or e-mail address"
        value={typed}
        onChange={setTyped}
      />
      <ul aria-label="People" aria-busy={isLoading} className="grid grid-cols-1 gap-0.5">
        {people.map((account) => (
          <AccountRow key={account.id} account={account} isViewer={account.id === viewerId} onChanged={put} />
        ))}
      </ul>
      {people.length === 0 && !isLoading && !error && (
        <EmptyState icon={<Search />} title="Nobody found">
          No name or e-mail address has “<bdi>{query}</bdi>”.
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

type Shown = { query: string; people: readonly Account[]; next: string | null };

/** The accounts that a search finds, which grow by a page at a time. */
function usePeople(query: string, first: AccountPage) {
  const [shown, setShown] = useState<Shown>({ query: "", ...first });
  const [isLoading, setIsLoading] = useState(false);
  const [error, setError] = useState<ErrorPayload | null>(null);
  const wanted = useRef(query);

  const load = useCallback(
    async (had: readonly Account[], after?: string) => {
      wanted.current = query;
      setIsLoading(true);
      setError(null);
      const answer = await listAccounts(query, after);
      // Something else is searched for meanwhile.
      if (wanted.current !== query) return;
      setIsLoading(false);
      if (!answer.ok) return setError(answer.error);
      setShown({ query, people: [...had, ...answer.value.people], next: answer.value.next });
    },
    [query],
  );

  const isOther = shown.query !== query;
  useEffect(() => {
    if (isOther) void load([]);
  }, [isOther, load]);

  const put = useCallback((account: Account) => {
    setShown((shown) => ({ ...shown, people: shown.people.map((each) => (each.id === account.id ? account : each)) }));
  }, []);

  return {
    people: isOther ? [] : shown.people,
    hasMore: !isOther && shown.next !== null,
    isLoading: isLoading || isOther,
    error,
    loadMore: () => void (isOther ? load([]) : load(shown.people, shown.next ?? undefined)),
    put,
  };
}
