"use client";

import { createContext, type ReactNode, useContext, useEffect, useState, useSyncExternalStore } from "react";
import { ChatClient } from "@/client/chat-client";
import type { ConnectionState } from "@/client/connection";
import { restHistory } from "@/client/history-api";
import { indexedDbOutbox } from "@/client/indexed-db-outbox";
import { isSigningOut } from "@/components/account/sign-out";

const CONNECTING: ConnectionState = { status: "connecting", retryAt: null };

const Client = createContext<ChatClient | null>(null);

/** Holds the one connection of the signed-in user, for every room that they visit. */
export function ChatProvider({ userId, children }: { userId: string; children: ReactNode }) {
  const [client, setClient] = useState<ChatClient | null>(null);

  useEffect(() => {
    const client = new ChatClient({
      url: `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws`,
      userId,
      outbox: indexedDbOutbox(userId),
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
  }, [userId]);

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
