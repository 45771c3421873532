"use client";

import { createContext, type ReactNode, useContext, useEffect, useState, useSyncExternalStore } from "react";
import { ChatClient } from "@/client/chat-client";
import type { ConnectionState } from "@/client/connection";
import { exclusively } from "@/client/files/exclusively";
import { indexedDbUploads } from "@/client/files/indexed-db-uploads";
import { restHistory } from "@/client/history-api";
import { indexedDbOutbox } from "@/client/indexed-db-outbox";
import { isSigningOut } from "@/components/account/sign-out";
import { lookAtFile } from "@/components/file/look-at-file";
import type { FileLimits } from "@/protocol/files";

const CONNECTING: ConnectionState = { status: "connecting", retryAt: null };

const Client = createContext<ChatClient | null>(null);

type ChatProviderProps = {
  userId: string;
  /** What the server takes of files. */
  limits: FileLimits;
  children: ReactNode;
};

/** Holds the one connection of the signed-in user, for every room that they visit. */
export function ChatProvider({ userId, limits, children }: ChatProviderProps) {
  const [client, setClient] = useState<ChatClient | null>(null);
  const [knownLimits] = useState(limits);

  useEffect(() => {
    const client = new ChatClient({
      url: `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws`,
      userId,
      outbox: indexedDbOutbox(userId),
      files: { store: indexedDbUploads(userId), limits: knownLimits, lookAt: lookAtFile, exclusively },
      loadPage: restHistory(),
      isSignedIn,
    });
    const leaveWhenSignedOut = client.connection.subscribe(() => {
      if (client.connection.get().status === "signed-out" && !isSigningOut()) goToSignIn();
    });
    client.start();
    setClient(client);
    return () => {
      leaveWhenSignedOut();
      client.stop();
      setClient(null);
    };
  }, [userId, knownLimits]);

  return <Client value={client}>{children}</Client>;
}

/** The client; null while the server renders and until the page has come alive. */
export function useChatClient(): ChatClient | null {
  return useContext(Client);
}

export function useConnection(): ConnectionState {
  const client = useChatClient();
  return useSyncExternalStore(
    client?.connection.subscribe ?? never,
    client?.connection.get ?? (() => CONNECTING),
    () => CONNECTING,
  );
}

async function isSignedIn(): Promise<boolean> {
  const response = await fetch("/api/auth/session", { cache: "no-store" });
  if (!response.ok) return true;
  const session: unknown = await response.json();
  return typeof session === "object" && session !== null && "user" in session;
}

/** A whole page load: nothing of the person who was signed in stays in memory. */
function goToSignIn(): void {
  const next = encodeURIComponent(location.pathname + location.search);
  location.assign(`/sign-in?reason=signed-out&next=${next}`);
}

function never(): () => void {
  return () => {};
}
