"use client";

import { useSyncExternalStore } from "react";
import type { Upload } from "@/client/files/upload";
import type { UploadsState } from "@/client/files/uploads";
import { useChatClient } from "@/components/room/chat-provider";

const NONE: UploadsState = { uploads: new Map(), drafts: new Map() };
const NO_KEYS: readonly string[] = [];

/** The uploads with these keys, as far as they are known, live. */
export function useUploads(keys: readonly string[]): Upload[] {
  const { uploads } = useUploadsState();
  return keys.flatMap((key) => uploads.get(key) ?? []);
}

/** What is being put together for a room's next message. */
export function useDraftUploads(roomId: string): Upload[] {
  const { uploads, drafts } = useUploadsState();
  return (drafts.get(roomId) ?? NO_KEYS).flatMap((key) => uploads.get(key) ?? []);
}

function useUploadsState(): UploadsState {
  const client = useChatClient();
  const state = client?.uploads.state;
  return useSyncExternalStore(state?.subscribe ?? never, state?.get ?? none, none);
}

function never(): () => void {
  return () => {};
}

function none(): UploadsState {
  return NONE;
}
