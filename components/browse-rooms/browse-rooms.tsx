"use client";

import { Archive, Compass, Plus, Search } from "lucide-react";
import { Tabs } from "radix-ui";
import { useEffect, useState } from "react";
import { CreateRoomDialog } from "@/components/sidebar/create-room-dialog";
import { SidebarTrigger } from "@/components/sidebar/sidebar-trigger";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { Notice } from "@/components/ui/notice";
import { SearchInput } from "@/components/ui/search-input";
import { Skeleton } from "@/components/ui/skeleton";
import { usePaused } from "@/components/ui/use-paused";
import type { RoomPage } from "@/protocol/rooms";
import { RoomRow } from "./room-row";
import { useRoomPages } from "./use-room-pages";

const SHOWN = [
  { value: "public", label: "Public" },
  { value: "joined", label: "My rooms" },
  { value: "archived", label: "Archived" },
] as const;

export type Shown = (typeof SHOWN)[number]["value"];

type BrowseRoomsProps = { query: string; shown: Shown; first: RoomPage };

/** All rooms that one may see: searched, read before joining, joined. What is searched for is in the address. */
export function BrowseRooms({ query: givenQuery, shown: givenShown, first }: BrowseRoomsProps) {
  const [typed, setTyped] = useState(givenQuery);
  const [shown, setShown] = useState<Shown>(givenShown);
  const query = usePaused(typed.trim());
  const pages = useRoomPages({ query, filter: shown }, first);

  useEffect(() => {
    const asked = new URLSearchParams({ ...(query && { q: query }), ...(shown !== "public" && { show: shown }) });
    // Not when the page has just come alive: Next keeps its own state in this entry, and needs it for the way back.
    if (asked.toString() === new URLSearchParams(location.search).toString()) return;
    history.replaceState(null, "", asked.size > 0 ? `?${asked}` : location.pathname);
  }, [query, shown]);

  return (
    <>
      <header className="box-content flex h-14 shrink-0 items-center gap-2 border-b px-2 pt-[env(safe-area-inset-top)] md:ps-6 md:pe-3">
        <SidebarTrigger />
        <h1 className="min-w-0 flex-1 truncate font-semibold text-base md:text-lg">Browse rooms</h1>
        <CreateRoomDialog>
          <Button size="sm">
            <Plus aria-hidden /> Create room
          </Button>
        </CreateRoomDialog>
      </header>
      <Tabs.Root
        value={shown}
        onValueChange={(value) => setShown(value as Shown)}
        className="flex min-h-0 flex-1 flex-col overflow-y-auto overscroll-contain"
      >
        <div className="sticky top-0 z-10 bg-background">
          <div className="mx-auto grid w-full max-w-3xl gap-3 px-3 pt-4 pb-3 sm:grid-cols-[1fr_auto] md:px-6">
            <SearchInput label="Search rooms" placeholder="Search by name or topic" value={typed} onChange={setTyped} />
            <Tabs.List aria-label="Which rooms" className="grid grid-cols-3 gap-1 rounded-md bg-muted p-1">
              {SHOWN.map(({ value, label }) => (
                <Tabs.Trigger
                  key={value}
                  value={value}
                  className="h-8 rounded-sm px-3 font-semibold text-muted-foreground text-sm hover:text-foreground data-[state=active]:bg-card data-[state=active]:text-foreground dark:data-[state=active]:bg-accent data-[state=active]:shadow-card touch:h-10"
                >
                  {label}
                </Tabs.Trigger>
              ))}
            </Tabs.List>
          </div>
        </div>
        <Tabs.Content value={shown} className="mx-auto w-full max-w-3xl px-1 pb-12 outline-none md:px-3">
          <Rooms pages={pages} query={query} shown={shown} />
        </Tabs.Content>
      </Tabs.Root>
    </>
  );
}

type RoomsProps = { pages: ReturnType<typeof useRoomPages>; query: string; shown: Shown };

function Rooms({ pages: { rooms, state, hasMore, isOnline, loadMore }, query, shown }: RoomsProps) {
  return (
    <div className="grid grid-cols-1 gap-2">
      {rooms.length > 0 && (
        <ul aria-label="Rooms" className="grid grid-cols-1 gap-0.5">
          {rooms.map((room) => (
            <RoomRow key={room.id} room={room} />
          ))}
        </ul>
      )}
      {rooms.length === 0 && state === "ready" && <NoRooms query={query} shown={shown} />}
      {state === "loading" && <RoomsLoading />}
      {state === "failed" && (
        <Notice tone={isOnline ? "danger" : "warning"} className="mx-3">
          {isOnline ? "Rooms could not be loaded." : "You’re offline. Rooms load when you’re back."}{" "}
          <Button variant="link" onClick={loadMore}>
            Try again
          </Button>
        </Notice>
      )}
      {state === "ready" && hasMore && (
        <Button variant="secondary" onClick={loadMore} className="mt-2 justify-self-center">
          Load more
        </Button>
      )}
    </div>
  );
}

function NoRooms({ query, shown }: { query: string; shown: Shown }) {
  if (query !== "") {
    return (
      <EmptyState icon={<Search />} title="No rooms found">
        No room’s name or topic has “<bdi>{query}</bdi>”.
      </EmptyState>
    );
  }
  if (shown === "archived") {
    return (
      <EmptyState icon={<Archive />} title="No archived rooms">
        Archived rooms can be read, and nobody writes in them.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={<Compass />}
      title={shown === "joined" ? "You are in no room yet" : "No public rooms yet"}
      actions={
        <CreateRoomDialog>
          <Button>Create room</Button>
        </CreateRoomDialog>
      }
    >
      {shown === "joined"
        ? "Join a public room, or create one."
        : "Public rooms are for everybody here to read and join."}
    </EmptyState>
  );
}

function RoomsLoading() {
  return (
    <div role="status" aria-label="Loading rooms" className="grid animate-late-in gap-0.5">
      {["w-40", "w-28", "w-52"].map((width) => (
        <div key={width} className="flex items-center gap-3 px-3 py-2.5">
          <Skeleton className="size-10 rounded-lg" />
          <div className="grid flex-1 gap-2">
            <Skeleton className={`h-4 ${width}`} />
            <Skeleton className="h-3 w-3/5" />
          </div>
        </div>
      ))}
    </div>
  );
}
