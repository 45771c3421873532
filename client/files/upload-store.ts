import type { KeptUpload } from "./upload";

/** Where the files of unsent messages are kept. */
export interface UploadStore {
  load(): Promise<{ upload: KeptUpload; blob: Blob | null }[]>;
  find(key: string): Promise<KeptUpload | null>;
  /** Keeps what is known of a file, and its bytes where the device has room for them. */
  keep(upload: KeptUpload, blob: Blob | null): Promise<void>;
  /** Replaces what is known of a file that is kept; the bytes stay as they are. */
  update(upload: KeptUpload): Promise<void>;
  remove(key: string): Promise<void>;
}

/** Keeps uploads as long as its process lives: for bots and tests. */
export function memoryUploadStore(): UploadStore {
  const kept = new Map<string, { upload: KeptUpload; blob: Blob | null }>();
  return {
    load: async () => [...kept.values()],
    find: async (key) => kept.get(key)?.upload ?? null,
    keep: async (upload, blob) => void kept.set(upload.key, { upload, blob }),
    update: async (upload) => {
      const found = kept.get(upload.key);
      if (found) kept.set(upload.key, { ...found, upload });
    },
    remove: async (key) => void kept.delete(key),
  };
}
