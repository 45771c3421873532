import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import type { OutboxEntry, OutboxStore } from "./outbox";

const DATABASE = "adda";
const VERSION = 1;

type StoredEntry = OutboxEntry & { userId: string; position?: number };

interface Schema extends DBSchema {
  outbox: { key: number; value: StoredEntry; indexes: { clientId: [string, string]; userId: string } };
}

/** An outbox that survives a reload: the browser's IndexedDB, one list per user of this browser. */
export function indexedDbOutbox(userId: string): OutboxStore {
  const database = open();

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

/** Forgets what a user did not send: for signing out on a shared device. */
export async function clearOutbox(userId: string): Promise<void> {
  const transaction = (await open()).transaction("outbox", "readwrite");
  for await (const cursor of transaction.store.index("userId").iterate(userId)) await cursor.delete();
  await transaction.done;
}

function open(): Promise<IDBPDatabase<Schema>> {
  return openDB<Schema>(DATABASE, VERSION, {
    upgrade(database) {
      const store = database.createObjectStore("outbox", { keyPath: "position", autoIncrement: true });
      store.createIndex("clientId", ["userId", "clientId"], { unique: true });
      store.createIndex("userId", "userId");
    },
  });
}
