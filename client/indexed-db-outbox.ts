import { openDatabase } from "./indexed-db";
import type { OutboxStore } from "./outbox";

/** An outbox that survives a reload: the browser's IndexedDB, one list per user of this browser. */
export function indexedDbOutbox(userId: string): OutboxStore {
  const database = openDatabase();

  return {
    async load() {
      const stored = await (await database).getAllFromIndex("outbox", "userId", userId);
      return stored
        .toSorted((a, b) => (a.position ?? 0) - (b.position ?? 0))
        .map(({ userId: _, position: __, ...entry }) => entry);
    },
    async put(entry) {
      const { store, done } = (await database).transaction("outbox", "readwrite");
      const position = await store.index("clientId").getKey([userId, entry.clientId]);
      await store.put({ ...entry, userId, ...(position !== undefined && { position }) });
      await done;
    },
    async remove(clientId) {
      const { store, done } = (await database).transaction("outbox", "readwrite");
      const position = await store.index("clientId").getKey([userId, clientId]);
      if (position !== undefined) await store.delete(position);
      await done;
    },
  };
}

/** Forgets what a user did not send, files and all: for signing out on a shared device. */
export async function clearOutbox(userId: string): Promise<void> {
  const transaction = (await openDatabase()).transaction(["outbox", "uploads", "blobs"], "readwrite");
  for (const name of ["outbox", "uploads", "blobs"] as const) {
    for await (const cursor of transaction.objectStore(name).index("userId").iterate(userId)) await cursor.delete();
  }
  await transaction.done;
}
