// Ordered by time: what is kept comes back in the order in which it was attached.
import { v7 as newKey } from "uuid";
import type { ErrorPayload } from "@/protocol/errors";
import type { FileLimits } from "@/protocol/files";
import { createStore, type Store, type WritableStore } from "../store";
import { Drafts } from "./drafts";
import { type FilesApi, FilesRefusal } from "./files-api";
import { type FilesOfMessage, filesOfMessage } from "./files-of-message";
import { KeptUploads } from "./kept-uploads";
import { Slots } from "./slots";
import { transfer } from "./transfer";
import { type FileDetails, fromKept, type GivenFile, newUpload, type Upload } from "./upload";
import type { UploadStore } from "./upload-store";
import { Waits } from "./waits";

/** More at once would only share the same line. */
const FILES_AT_ONCE = 3;
/** How often one who looks on is told of the progress. */
const PROGRESS_INTERVAL_MS = 100;

export type UploadsState = {
  uploads: ReadonlyMap<string, Upload>;
  /** By room, what is being put together there and belongs to no message yet. */
  drafts: ReadonlyMap<string, readonly string[]>;
};

export type UploadsOptions = {
  api: FilesApi;
  store: UploadStore;
  random(): number;
  /** What the server takes; null when nobody told. */
  limits?: FileLimits | null;
  /** Measures a file; it may take its time and must not throw. */
  lookAt?(upload: Upload): Promise<FileDetails>;
  /** Runs one thing of that name at a time, in however many tabs. */
  exclusively?<Result>(name: string, signal: AbortSignal, run: () => Promise<Result>): Promise<Result>;
  /** Told when files became ready or failed. */
  onSettled(): void;
};

type Entry = {
  upload: Upload;
  /** What is kept says so until the message that has it is kept, too: nothing is lost in between. */
  isDraft: boolean;
  running: AbortController | null;
};

/** The files on their way from this device: a few at once, each until it is there, refused for good, or cancelled. */
export class Uploads {
  readonly #options: UploadsOptions;
  readonly #entries = new Map<string, Entry>();
  readonly #drafts = new Drafts();
  readonly #slots = new Slots(FILES_AT_ONCE, (key) => this.#run(key));
  readonly #state: WritableStore<UploadsState> = createStore({ uploads: new Map(), drafts: new Map() });
  /** Files of messages that an earlier page left. */
  readonly #claimed = new Set<string>();
  readonly #waits = new Waits();
  readonly #kept: KeptUploads;
  #isLoaded = false;
  #publishTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: UploadsOptions) {
    this.#options = options;
    this.#kept = new KeptUploads(options.store);
  }

  get state(): Store<UploadsState> {
    return this.#state;
  }

  get limits(): FileLimits | null {
    return this.#options.limits ?? null;
  }

  /** Takes up what an earlier page left: with messages that were not sent, and in the composer. */
  async load(): Promise<void> {
    for (const { upload, blob } of await this.#kept.load()) {
      const { key, roomId } = upload;
      if (this.#entries.has(key)) continue;
      const isDraft = upload.isDraft && !this.#claimed.has(key);
      this.#entries.set(key, { upload: fromKept(upload, blob), isDraft, running: null });
      if (isDraft) this.#drafts.add(roomId, key);
      this.#slots.add(key);
    }
    this.#isLoaded = true;
    this.#publish();
    this.#options.onSettled();
  }

  /** Begins to upload a file to a room, and adds it to what is being put together there. @returns its key. */
  add(roomId: string, given: GivenFile): string {
    const key = newKey();
    const entry: Entry = { upload: newUpload(key, roomId, given), isDraft: true, running: null };
    this.#entries.set(key, entry);
    this.#drafts.add(roomId, key);
    void this.#kept.keep(entry.upload, true).then(() => this.#update(entry));
    this.#slots.add(key);
    this.#publish();
    return key;
  }

  /** Takes what was put together in a room: from now on it belongs to a message. */
  take(roomId: string): readonly string[] {
    const keys = this.#drafts.take(roomId);
    this.#publish();
    return keys;
  }

  /** Gives the files of a message that is not sent after all back to the room's composer. */
  giveBack(roomId: string, keys: readonly string[]): void {
    const known = keys.filter((key) => this.#entries.has(key));
    for (const key of known) this.#mark(key, true);
    this.#drafts.add(roomId, ...known);
    this.#publish();
  }

  /** Says what a picture shows; the server is told as soon as it can be. */
  describe(key: string, alt: string): void {
    const entry = this.#entries.get(key);
    if (!entry || entry.upload.alt === alt) return;
    this.#change(key, { alt });
    if (entry.upload.status === "ready") this.#restart(key);
  }

  /** Cancels a file, and has the server forget it. */
  discard(key: string): void {
    const entry = this.#entries.get(key);
    if (!entry) return;
    this.forget([key]);
    const { fileId } = entry.upload;
    // A server that is away forgets it by itself in a day.
    if (fileId) void this.#options.api.discard(fileId).catch(() => {});
  }

  /** The message that has these files is sent, or given up. */
  forget(keys: readonly string[]): void {
    for (const key of keys) {
      this.#entries.get(key)?.running?.abort(new Error("The upload was cancelled."));
      this.#kept.forget(key);
      this.#entries.delete(key);
      this.#slots.remove(key);
    }
    this.#drafts.drop(keys);
    this.#publish();
  }

  /** The message that has these files is kept on this device: they are no draft any more. */
  keep(keys: readonly string[]): void {
    for (const key of keys) this.#mark(key, false);
  }

  /** A message that an earlier page left has these files. */
  claim(keys: readonly string[]): void {
    for (const key of keys) {
      this.#claimed.add(key);
      this.#mark(key, false);
    }
    this.#drafts.drop(keys);
    this.#publish();
  }

  /** Tries once more what failed, and asks whether what was ready still is. */
  retry(keys: readonly string[]): void {
    for (const key of keys) this.#restart(key);
  }

  of(keys: readonly string[]): FilesOfMessage {
    return filesOfMessage(
      keys.map((key) => this.#entries.get(key)?.upload),
      this.#isLoaded,
    );
  }

  /** The connection may be back: what waits for it tries at once. */
  wake(): void {
    this.#waits.endAll();
  }

  stop(): void {
    clearTimeout(this.#publishTimer);
    for (const { running } of this.#entries.values()) running?.abort(new Error("The client was stopped."));
    this.#slots.clear();
  }

  #restart(key: string): void {
    const entry = this.#entries.get(key);
    if (!entry || entry.running) return;
    this.#change(key, { status: "waiting", error: null });
    this.#slots.add(key);
  }

  async #run(key: string): Promise<void> {
    const entry = this.#entries.get(key);
    if (!entry) return;
    const running = new AbortController();
    entry.running = running;
    const { signal } = running;
    const { exclusively = runAtOnce } = this.#options;
    try {
      await exclusively(`adda.upload:${key}`, signal, async () => {
        await this.#learnFromOtherTabs(key, entry);
        await transfer(this.#journey(key, entry), signal);
      });
    } catch (error) {
      if (signal.aborted) return;
      const payload: ErrorPayload =
        error instanceof FilesRefusal ? error.error : { code: "internal", message: "This file could not be sent." };
      this.#change(key, { status: "failed", error: payload });
    } finally {
      entry.running = null;
    }
    if (this.#entries.get(key) !== entry) return;
    // Described while the last answer was on its way.
    if (entry.upload.status === "ready" && entry.upload.file?.alt !== entry.upload.alt.trim()) this.#restart(key);
    else this.#options.onSettled();
  }

  async #learnFromOtherTabs(key: string, entry: Entry): Promise<void> {
    if (!this.#kept.has(key) || entry.upload.fileId) return;
    const kept = await this.#kept.find(key);
    if (kept?.fileId) this.#change(key, { fileId: kept.fileId });
  }

  #journey(key: string, entry: Entry) {
    const { api, random, lookAt = async () => ({}) } = this.#options;
    return {
      get: () => entry.upload,
      set: (change: Partial<Upload>) => this.#change(key, change),
      api,
      lookAt,
      random,
      wait: (ms: number, signal: AbortSignal) => this.#waits.wait(ms, signal),
    };
  }

  #change(key: string, change: Partial<Upload>): void {
    const entry = this.#entries.get(key);
    if (!entry) return;
    entry.upload = { ...entry.upload, ...change };
    if ("fileId" in change || "alt" in change) this.#update(entry);
    const isProgress = Object.keys(change).every((field) => field === "sentBytes");
    if (!isProgress) this.#publish();
    else this.#publishTimer ??= setTimeout(() => this.#publish(), PROGRESS_INTERVAL_MS);
  }

  #publish(): void {
    clearTimeout(this.#publishTimer);
    this.#publishTimer = undefined;
    const uploads = new Map([...this.#entries].map(([key, { upload }]) => [key, upload]));
    this.#state.set({ uploads, drafts: this.#drafts.snapshot() });
  }

  #mark(key: string, isDraft: boolean): void {
    const entry = this.#entries.get(key);
    if (!entry || entry.isDraft === isDraft) return;
    entry.isDraft = isDraft;
    this.#update(entry);
  }

  #update({ upload, isDraft }: Entry): void {
    this.#kept.update(upload, isDraft);
  }
}

function runAtOnce<Result>(_name: string, _signal: AbortSignal, run: () => Promise<Result>): Promise<Result> {
  return run();
}
