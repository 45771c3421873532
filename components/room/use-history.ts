"use client";

import { useCallback, useEffect, useReducer, useRef } from "react";
import { restHistory } from "@/client/history-api";
import { type InitialRoom, initialRoomState, reduceRoom } from "@/client/room-state";

const loadPage = restHistory();

/** A room's history without its live part, for who looks in from outside. */
export function useHistory(roomId: string, page: InitialRoom) {
  const [state, dispatch] = useReducer(reduceRoom, page, (page) => initialRoomState(roomId, page));
  const latest = useRef(state);
  useEffect(() => {
    latest.current = state;
  });

  const loadOlder = useCallback(async () => {
    const { messages, older } = latest.current;
    const first = messages[0];
    if (!first || (older !== "more" && older !== "failed")) return;
    dispatch({ type: "older-loading" });
    await loadPage(roomId, first.seq).then(
      (loaded) => dispatch({ type: "older-loaded", ...loaded }),
      () => dispatch({ type: "older-failed" }),
    );
  }, [roomId]);

  return { messages: state.messages, older: state.older, loadOlder: () => void loadOlder() };
}
