import { type KeptUpload, toKept, type Upload } from "./upload";
import type { UploadStore } from "./upload-store";

/** What this device keeps of its uploads, as far as it has room: what it cannot keep is still sent. Nothing here rejects. */
export class KeptUploads {
  readonly #store: UploadStore;
  readonly #keys = new Set<string>();

  constructor(store: UploadStore) {
    this.#store = store;
  }

  async load(): ReturnType<UploadStore["load"]> {
    const kept = await this.#store.load().catch(() => []);
    for (const { upload } of kept) this.#keys.add(upload.key);
    return kept;
  }

  has(key: string): boolean {
    return this.#keys.has(key);
  }

  /** What is known of it to this and other tabs. */
  find(key: string): Promise<KeptUpload | null> {
    return this.#store.find(key).catch(() => null);
  }

  async keep(upload: Upload, isDraft: boolean): Promise<void> {
    const { key, blob } = upload;
    this.#keys.add(key);
    await this.#store.keep(toKept(upload, isDraft), blob).catch(() => {});
    // Sent or given up meanwhile: what was kept is nobody's.
    if (!this.has(key)) await this.#store.remove(key).catch(() => {});
  }

  update(upload: Upload, isDraft: boolean): void {
    if (this.has(upload.key)) void this.#store.update(toKept(upload, isDraft)).catch(() => {});
  }

  forget(key: string): void {
    if (this.#keys.delete(key)) void this.#store.remove(key).catch(() => {});
  }
}
