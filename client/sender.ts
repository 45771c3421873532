import { v4 as newClientId } from "uuid";
import { type ErrorPayload, TRANSIENT_CODES } from "@/protocol/errors";
import type { ClientFrame } from "@/protocol/frames";
import type { FilesOfMessage } from "./files/files-of-message";
import type { Uploads } from "./files/uploads";
import type { OutboxEntry, OutboxStore } from "./outbox";
import type { PendingMessage } from "./room-state";

/** A message unanswered for this long on a living connection was lost: the connection is given up. */
const ANSWER_TIMEOUT_MS = 10_000;
/** A browser's database can hang for ever; what is typed now must not wait for it longer than this. */
const LOAD_PATIENCE_MS = 3_000;
const BACKOFF_FIRST_MS = 500;
const BACKOFF_MAX_MS = 15_000;

export type SenderOptions = {
  outbox: OutboxStore;
  /** Where messages have their files from. */
  uploads?: Pick<Uploads, "of" | "keep" | "claim" | "forget" | "discard" | "retry">;
  now(): number;
  random(): number;
  /** @returns false when there is no connection. */
  write(frame: ClientFrame): boolean;
  onUnanswered(): void;
  onChange(pending: PendingMessage): void;
  /** Not told of what is committed: the room's state replaces that in its place. */
  onDiscard(pending: PendingMessage): void;
};

/** `previews`: whether the server may look at what the message links to. */
export type SendOptions = { previews?: boolean };

/** What goes out of one room: one message at a time, so that a refusal can never let a later one pass it. */
type Queue = { waiting: PendingMessage[]; timer: ReturnType<typeof setTimeout> | undefined; failures: number };

/** Takes messages from the outbox to the server: each until it is answered, per room in the order written. */
export class Sender {
  readonly #options: SenderOptions;
  readonly #entries = new Map<string, PendingMessage>();
  readonly #queues = new Map<string, Queue>();
  #online = false;
  #loaded = false;

  constructor(options: SenderOptions) {
    this.#options = options;
  }

  /** Takes up what an earlier page left in the outbox. It was written first: nothing goes out before it is here. */
  async load(): Promise<void> {
    const left = await Promise.race([this.#options.outbox.load(), nothingAfter(LOAD_PATIENCE_MS)]).catch(() => []);
    for (const entry of left.toReversed()) {
      if (entry.files) this.#options.uploads?.claim(entry.files);
      if (!this.#entries.has(entry.clientId)) this.#add(toPending(entry), "first");
    }
    this.#loaded = true;
    for (const roomId of this.#queues.keys()) this.#pump(roomId);
  }

  pendingOf(roomId: string): PendingMessage[] {
    return [...this.#entries.values()].filter((pending) => pending.roomId === roomId);
  }

  /** @param files the keys of uploads; the message waits for them, and others do not wait for it. */
  async send(
    roomId: string,
    message: string,
    files: readonly string[] = [],
    { previews = true }: SendOptions = {},
  ): Promise<void> {
    const pending: PendingMessage = {
      // Not crypto.randomUUID: a page over plain http, as in a home's network, has none.
      clientId: newClientId(),
      roomId,
      message,
      ...(files.length > 0 && { files }),
      ...(!previews && { previews }),
      queuedAt: this.#options.now(),
      status: "queued",
      error: null,
    };
    this.#add(pending);
    await this.#keep(pending);
  }

  retry(clientId: string): void {
    const pending = this.#entries.get(clientId);
    if (pending?.status !== "failed") return;
    this.#entries.delete(clientId);
    this.#options.onDiscard(pending);
    if (pending.files) this.#options.uploads?.retry(pending.files);
    const again: PendingMessage = { ...pending, status: "queued", error: null, queuedAt: this.#options.now() };
    this.#add(again);
    void this.#keep(again);
  }

  discard(clientId: string): void {
    const pending = this.takeBack(clientId);
    for (const key of pending?.files ?? []) this.#options.uploads?.discard(key);
  }

  /** Takes a message out that is not sent after all; its files stay. */
  takeBack(clientId: string): PendingMessage | undefined {
    const pending = this.#remove(clientId);
    if (pending) this.#options.onDiscard(pending);
    return pending;
  }

  committed(clientId: string): void {
    const pending = this.#remove(clientId);
    if (pending?.files) this.#options.uploads?.forget(pending.files);
  }

  /** Something has become of files: what waited for them goes on. */
  filesChanged(): void {
    for (const pending of [...this.#entries.values()]) {
      if (pending.status === "uploading" && this.#filesOf(pending).state !== "waiting") this.#add(pending);
    }
  }

  refused(clientId: string, error: ErrorPayload): void {
    const pending = this.#entries.get(clientId);
    if (pending?.status !== "sending") return;
    const queue = this.#queueOf(pending.roomId);
    clearTimeout(queue.timer);
    if (TRANSIENT_CODES.has(error.code)) {
      this.#change({ ...pending, status: "queued" });
      queue.timer = setTimeout(() => this.#pump(pending.roomId), this.#waitMs(queue, error.retryAfterMs));
    } else {
      this.#fail(pending, error);
      this.#dequeue(clientId);
    }
  }

  /** The connection is there: everything that waits goes out, what was unanswered goes again. */
  resume(): void {
    this.#online = true;
    for (const roomId of this.#queues.keys()) this.#pump(roomId);
  }

  pause(): void {
    this.#online = false;
    for (const queue of this.#queues.values()) {
      clearTimeout(queue.timer);
      const first = queue.waiting[0];
      if (first?.status === "sending") this.#change({ ...first, status: "queued" });
    }
  }

  #add(given: PendingMessage, place: "first" | "last" = "last"): void {
    const files = given.status === "failed" ? null : this.#filesOf(given);
    if (files?.state === "failed") return this.#fail(given, files.error);
    const pending: PendingMessage = files
      ? { ...given, status: files.state === "waiting" ? "uploading" : "queued" }
      : given;
    this.#entries.set(pending.clientId, pending);
    this.#options.onChange(pending);
    if (pending.status !== "queued") return;
    const { waiting } = this.#queueOf(pending.roomId);
    if (place === "first") waiting.unshift(pending);
    else waiting.push(pending);
    if (waiting.length === 1) this.#pump(pending.roomId);
  }

  #pump(roomId: string): void {
    const queue = this.#queueOf(roomId);
    const first = queue.waiting[0];
    if (!first || !this.#online || !this.#loaded) return;
    const { clientId, message } = first;
    const files = this.#filesOf(first);
    if (files.state !== "ready") {
      // One of them was begun again since: it waits beside the others.
      this.#dequeue(clientId);
      return this.#add(first);
    }
    const carried = { ...(first.files && { files: files.ids }), ...(first.previews === false && { previews: false }) };
    if (!this.#options.write({ type: "chat", payload: { roomId, message, clientId, ...carried } })) return;
    this.#change({ ...first, status: "sending" });
    clearTimeout(queue.timer);
    queue.timer = setTimeout(this.#options.onUnanswered, ANSWER_TIMEOUT_MS);
  }

  #remove(clientId: string): PendingMessage | undefined {
    const pending = this.#entries.get(clientId);
    if (!pending) return undefined;
    this.#entries.delete(clientId);
    void this.#options.outbox.remove(clientId).catch(() => {});
    this.#dequeue(clientId);
    return pending;
  }

  /** Lets the next one go, when this was the first. */
  #dequeue(clientId: string): void {
    for (const [roomId, queue] of this.#queues) {
      const index = queue.waiting.findIndex((pending) => pending.clientId === clientId);
      if (index === -1) continue;
      queue.waiting.splice(index, 1);
      if (index > 0) return;
      clearTimeout(queue.timer);
      queue.failures = 0;
      this.#pump(roomId);
    }
  }

  #filesOf({ files = [] }: PendingMessage): FilesOfMessage {
    return (files.length > 0 && this.#options.uploads?.of(files)) || { state: "ready", ids: [] };
  }

  #fail(pending: PendingMessage, error: ErrorPayload): void {
    const failed: PendingMessage = { ...pending, status: "failed", error };
    this.#change(failed);
    void this.#keep(failed);
  }

  #change(pending: PendingMessage): void {
    this.#entries.set(pending.clientId, pending);
    const { waiting } = this.#queueOf(pending.roomId);
    const index = waiting.findIndex((other) => other.clientId === pending.clientId);
    if (index !== -1) waiting[index] = pending;
    this.#options.onChange(pending);
  }

  #queueOf(roomId: string): Queue {
    const found = this.#queues.get(roomId);
    if (found) return found;
    const queue: Queue = { waiting: [], timer: undefined, failures: 0 };
    this.#queues.set(roomId, queue);
    return queue;
  }

  /** A device that cannot keep it (a full disk, a private window) still sends it. */
  async #keep(pending: PendingMessage): Promise<void> {
    const { status: _, ...entry } = pending;
    await this.#options.outbox.put(entry).catch(() => {});
    if (pending.files && this.#entries.has(pending.clientId)) this.#options.uploads?.keep(pending.files);
  }

  #waitMs(queue: Queue, retryAfterMs: number | undefined): number {
    const ceiling = Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 2 ** queue.failures++);
    return Math.max(retryAfterMs ?? 0, ceiling * (0.5 + this.#options.random() / 2));
  }
}

function nothingAfter(ms: number): Promise<OutboxEntry[]> {
  return new Promise((resolve) => setTimeout(resolve, ms, []));
}

function toPending(entry: OutboxEntry): PendingMessage {
  return { ...entry, status: entry.error ? "failed" : "queued" };
}
