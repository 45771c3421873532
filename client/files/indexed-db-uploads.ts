import { openDatabase } from "../indexed-db";
import type { UploadStore } from "./upload-store";

/** Uploads that survive a reload, with their bytes: the browser's IndexedDB, apart for each user of this browser. */
export function indexedDbUploads(userId: string): UploadStore {
  const database = openDatabase();

  return {
    async load() {
      const uploads = await (await database).getAllFromIndex("uploads", "userId", userId);
      const blobs = await (await database).getAllFromIndex("blobs", "userId", userId);
      const blobOf = new Map(blobs.map(({ key, blob }) => [key, blob]));
      return uploads.map(({ userId: _, ...upload }) => ({ upload, blob: blobOf.get(upload.key) ?? null }));
    },
    async find(key) {
      const found = await (await database).get("uploads", [userId, key]);
      if (!found) return null;
      const { userId: _, ...upload } = found;
      return upload;
    },
    async keep(upload, blob) {
      await (await database).put("uploads", { ...upload, userId });
      if (blob) await (await database).put("blobs", { userId, key: upload.key, blob });
    },
    async update(upload) {
      const { store, done } = (await database).transaction("uploads", "readwrite");
      if ((await store.getKey([userId, upload.key])) !== undefined) await store.put({ ...upload, userId });
      await done;
    },
    async remove(key) {
      const transaction = (await database).transaction(["uploads", "blobs"], "readwrite");
      await Promise.all([
        transaction.objectStore("uploads").delete([userId, key]),
        transaction.objectStore("blobs").delete([userId, key]),
        transaction.done,
      ]);
    },
  };
}
