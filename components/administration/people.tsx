"use client";

import { listAccounts } from "@/client/administration-api";
import type { Account, AccountPage } from "@/protocol/accounts";
import { AccountRow } from "./account-row";
import { AdministrationList } from "./administration-list";
import { toPage } from "./use-pages";

const ask = async (query: string, after?: string) => toPage(await listAccounts(query, after), ({ people }) => people);

/** All accounts of the server, for its owners. `first` is the page that the server rendered. */
export function People({ viewerId, first }: { viewerId: string; first: AccountPage }) {
  return (
    <AdministrationList<Account>
      label="People"
      search={{ label: "Search people", placeholder: "Search by name or e-mail address" }}
      nothing={{ title: "Nobody found", text: (query) => <>No name or e-mail address has “{query}”.</> }}
      first={{ items: first.people, next: first.next }}
      ask={ask}
      row={(account, put) => (
        <AccountRow key={account.id} account={account} isViewer={account.id === viewerId} onChanged={put} />
      )}
    />
  );
}
