import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import type { KeptUpload } from "./files/upload";
import type { OutboxEntry } from "./outbox";

const DATABASE = "adda";
const VERSION = 2;

export type StoredEntry = OutboxEntry & { userId: string; position?: number };

export interface Schema extends DBSchema {
  outbox: { key: number; value: StoredEntry; indexes: { clientId: [string, string]; userId: string } };
  uploads: { key: [string, string]; value: KeptUpload & { userId: string }; indexes: { userId: string } };
  /** Apart from what is known of them, which changes: bytes are written once. */
  blobs: {
    key: [string, string];
    value: { userId: string; key: string; blob: Blob };
    indexes: { userId: string };
  };
}

/** What this browser keeps: unsent messages, and their files. */
export function openDatabase(): Promise<IDBPDatabase<Schema>> {
  return openDB<Schema>(DATABASE, VERSION, {
    upgrade(database, oldVersion) {
      if (oldVersion < 1) {
        const outbox = database.createObjectStore("outbox", { keyPath: "position", autoIncrement: true });
        outbox.createIndex("clientId", ["userId", "clientId"], { unique: true });
        outbox.createIndex("userId", "userId");
      }
      if (oldVersion < 2) {
        for (const name of ["uploads", "blobs"] as const) {
          database.createObjectStore(name, { keyPath: ["userId", "key"] }).createIndex("userId", "userId");
        }
      }
    },
    // A tab with a newer page wants to change the stores: it waits for nobody.
    blocking(_current, _wanted, event) {
      (event.target as IDBDatabase).close();
    },
  });
}
