"use client";

import { useEffect, useMemo, useState } from "react";
import { browseRooms } from "@/client/rooms-api";
import { usePaused } from "@/components/ui/use-paused";
import type { RoomSummary } from "@/protocol/rooms";
import { findRooms } from "./find-rooms";
import { useSidebar } from "./sidebar-provider";

const TYPING_PAUSE_MS = 120;
const FOUND_MAX = 20;

type Asked = { query: string; rooms: readonly RoomSummary[]; isFailed: boolean };

/**
 * The rooms whose name has what is sought: my own at once, and those that the server knows beside them a moment later.
 * Mine come first, so what is chosen among them keeps its place.
 */
export function useFoundRooms(sought: string) {
  const { rooms } = useSidebar();
  const typed = sought.trim();
  const query = usePaused(typed, TYPING_PAUSE_MS);
  const [asked, setAsked] = useState<Asked>({ query: "", rooms: [], isFailed: false });

  useEffect(() => {
    if (query === "") return setAsked({ query, rooms: [], isFailed: false });
    let isWanted = true;
    void browseRooms({ query, filter: "all", limit: FOUND_MAX }).then((answer) => {
      if (isWanted) setAsked({ query, rooms: answer.ok ? answer.value.rooms : [], isFailed: !answer.ok });
    });
    return () => {
      isWanted = false;
    };
  }, [query]);

  const found = useMemo(() => {
    const known = new Set(rooms.map(({ id }) => id));
    return findRooms([...rooms, ...asked.rooms.filter(({ id }) => !known.has(id))], typed);
  }, [rooms, asked, typed]);
  const state = asked.query !== typed ? "asking" : asked.isFailed ? "failed" : "ready";
  return { found, state } as const;
}
