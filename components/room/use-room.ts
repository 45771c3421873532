"use client";

import { useEffect, useMemo, useState, useSyncExternalStore } from "react";
import type { RoomHandle } from "@/client/open-room";
import { type InitialRoom, initialRoomState, type RoomState } from "@/client/room-state";
import { useChatClient } from "./chat-provider";

/** A busy room is drawn at most this often; the first change after a pause is drawn at once. */
const DRAW_INTERVAL_MS = 40;

/** The room, live, from what the server rendered on; `handle` is null until the page has come alive. */
export function useRoom(roomId: string, page: InitialRoom): { room: RoomState; handle: RoomHandle | null } {
  const client = useChatClient();
  const [handle, setHandle] = useState<RoomHandle | null>(null);
  // The page may be rendered again; what the room has become since is newer than what that brings.
  const [initial] = useState(page);
  const [rendered] = useState(() => initialRoomState(roomId, initial));

  useEffect(() => {
    if (!client) return;
    setHandle(client.openRoom(roomId, initial));
    return () => {
      client.closeRoom(roomId);
      setHandle(null);
    };
  }, [client, roomId, initial]);

  const subscribe = useMemo(() => (handle ? paced(handle.subscribe) : never), [handle]);
  const room = useSyncExternalStore(subscribe, handle?.get ?? (() => rendered), () => rendered);
  return { room, handle };
}

/** Tells its listener of the first change at once, and of those that follow closely together. */
function paced(subscribe: RoomHandle["subscribe"]): RoomHandle["subscribe"] {
  return (listener) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let changed = false;
    const tell = () => {
      changed = false;
      listener();
      timer = setTimeout(() => {
        timer = undefined;
        if (changed) tell();
      }, DRAW_INTERVAL_MS);
    };
    const unsubscribe = subscribe(() => {
      if (timer) changed = true;
      else tell();
    });
    return () => {
      clearTimeout(timer);
      unsubscribe();
    };
  };
}

function never(): () => void {
  return () => {};
}
