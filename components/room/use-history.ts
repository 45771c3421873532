"use client";

import { useMemo, useState, useSyncExternalStore } from "react";
import { goTo, loadNewer, loadOlder } from "@/client/history";
import { restHistory } from "@/client/history-api";
import { type InitialRoom, initialRoomState, type RoomAction, reduceRoom } from "@/client/room-state";
import { createStore } from "@/client/store";

const loadPage = restHistory();

/** A room's history without its live part, for who looks in from outside. */
export function useHistory(roomId: string, page: InitialRoom) {
  const [store] = useState(() => createStore(initialRoomState(roomId, page)));
  const state = useSyncExternalStore(store.subscribe, store.get, store.get);
  const history = useMemo(() => {
    const dispatch = (action: RoomAction) => store.set(reduceRoom(store.get(), action));
    const host = { get: store.get, dispatch, loadPage: loadPage.bind(null, roomId) };
    return {
      loadOlder: () => void loadOlder(host),
      loadNewer: () => void loadNewer(host),
      goTo: (seq: number) => goTo(host, seq),
      toNewest: () => dispatch({ type: "passage-left" }),
    };
  }, [store, roomId]);
  return { state, history };
}
