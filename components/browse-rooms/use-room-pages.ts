"use client";

import { useCallback, useEffect, useRef, useState } from "react";
import { browseRooms } from "@/client/rooms-api";
import { useConnection } from "@/components/room/chat-provider";
import type { RoomFilter, RoomPage, RoomSummary } from "@/protocol/rooms";

type Pages = {
  /** What these are the rooms of. */
  key: string;
  rooms: readonly RoomSummary[];
  next: string | null;
  state: "loading" | "failed" | "ready";
};

type Asked = { query: string; filter: RoomFilter };

/** The rooms of a search, which grow by a page at a time; `first` is the page that the server rendered. */
export function useRoomPages(asked: Asked, first: RoomPage) {
  const { query, filter } = asked;
  const key = `${filter} ${query}`;
  const [pages, setPages] = useState<Pages>({ key, ...first, state: "ready" });
  const wanted = useRef(key);

  const load = useCallback(
    async (rooms: readonly RoomSummary[], after?: string) => {
      const key = `${filter} ${query}`;
      wanted.current = key;
      setPages((pages) => ({ ...pages, state: "loading" }));
      const answer = await browseRooms({ query, filter, after });
      // Something else is searched for meanwhile.
      if (wanted.current !== key) return;
      if (!answer.ok) setPages((pages) => ({ ...pages, state: "failed" }));
      else setPages({ key, rooms: [...rooms, ...answer.value.rooms], next: answer.value.next, state: "ready" });
    },
    [query, filter],
  );

  const { key: shown, state } = pages;
  const isOther = shown !== key;
  useEffect(() => {
    if (isOther) void load([]);
  }, [isOther, load]);

  const reload = useCallback(
    () => (isOther ? load([]) : load(pages.rooms, pages.next ?? undefined)),
    [isOther, load, pages.rooms, pages.next],
  );
  const isOnline = useConnection().status === "online";
  const wasOnline = useRef(isOnline);
  useEffect(() => {
    // What failed while the connection was away is asked for again by itself.
    if (isOnline && !wasOnline.current && state === "failed") void reload();
    wasOnline.current = isOnline;
  }, [isOnline, state, reload]);

  return {
    rooms: isOther ? NONE : pages.rooms,
    state: isOther && state === "ready" ? "loading" : state,
    hasMore: !isOther && pages.next !== null,
    isOnline,
    loadMore: () => void reload(),
  };
}

const NONE: readonly RoomSummary[] = [];
