import type { ErrorPayload } from "@/protocol/errors";

/** A message that was written and is not known to be committed. */
export type OutboxEntry = {
  clientId: string;
  roomId: string;
  message: string;
  /** The keys of the uploads that it carries. */
  files?: readonly string[];
  /** False: nobody is to look at what it links to. */
  previews?: false;
  /** Milliseconds since the epoch. */
  queuedAt: number;
  /** Why the server will not take it; null while it may still go out. */
  error: ErrorPayload | null;
};

/** Where unsent messages are kept. */
export interface OutboxStore {
  /** Everything kept, in the order in which it was first put. */
  load(): Promise<OutboxEntry[]>;
  /** Keeps an entry, or replaces the one of the same `clientId` in its place. */
  put(entry: OutboxEntry): Promise<void>;
  remove(clientId: string): Promise<void>;
}

/** An outbox that lives as long as its process: for bots and tests. */
export function memoryOutbox(): OutboxStore {
  const entries = new Map<string, OutboxEntry>();
  return {
    load: async () => [...entries.values()],
    put: async (entry) => void entries.set(entry.clientId, entry),
    remove: async (clientId) => void entries.delete(clientId),
  };
}
