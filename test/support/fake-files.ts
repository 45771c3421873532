import type { FilesApi, NewUpload } from "@/client/files/files-api";
import { FilesRefusal } from "@/client/files/files-api";
import type { ErrorPayload } from "@/protocol/errors";
import type { FileUpload, MessageFile, UploadPart } from "@/protocol/files";

export const PART_BYTES = 4;
const LATENCY_MS = 10;

type Stored = { roomId: string; given: NewUpload; parts: Map<number, string>; isReady: boolean; alt: string };

/** What a call may meet: the server's no, or no answer. "lost after": it was done, and the answer did not come. */
export type FileFault = ErrorPayload | "lost" | "lost after" | null;

/** The server's side of uploads in a few lines, with parts of four bytes: for a client's tests, under fake timers. */
export class FakeFiles implements FilesApi {
  readonly stored = new Map<string, Stored>();
  readonly calls: string[] = [];
  /** Asked before every call, with its name. */
  nextFault: (call: string) => FileFault = () => null;
  /** Missing parts that one answer lists. */
  listedMax = Number.POSITIVE_INFINITY;
  /** Parts that are on their way now, and the most that ever were. */
  moving = 0;
  movingMax = 0;

  begin = (roomId: string, given: NewUpload, signal: AbortSignal) =>
    this.#answer("begin", signal, () => {
      const id = `file-${this.stored.size + 1}`;
      this.stored.set(id, { roomId, given, parts: new Map(), isReady: false, alt: given.alt });
      return this.#upload(id);
    });

  find = (id: string, signal: AbortSignal) => this.#answer("find", signal, () => this.#upload(id));

  complete = (id: string, _poster: string | undefined, signal: AbortSignal) =>
    this.#answer("complete", signal, () => {
      const file = this.#require(id);
      if (this.#missing(file).length > 0) throw new FilesRefusal({ code: "conflict", message: "Parts are missing." });
      file.isReady = true;
      return this.#upload(id);
    });

  describe = (id: string, alt: string, signal: AbortSignal) =>
    this.#answer("describe", signal, () => {
      this.#require(id).alt = alt;
      return this.#upload(id);
    });

  discard = (id: string) =>
    this.#answer("discard", new AbortController().signal, () => {
      this.#require(id);
      this.stored.delete(id);
    });

  sendPart = async (part: UploadPart, bytes: Blob, onSent: (bytes: number) => void, signal: AbortSignal) => {
    this.movingMax = Math.max(this.movingMax, ++this.moving);
    try {
      onSent(1);
      await this.#answer("part", signal, async () => {
        const text = await bytes.text();
        this.#require(part.url).parts.set(part.number, text);
      });
    } finally {
      this.moving--;
    }
  };

  /** The bytes of a file, put together. */
  textOf(id: string): string {
    const { parts } = this.#require(id);
    return [...parts]
      .toSorted(([a], [b]) => a - b)
      .map(([, text]) => text)
      .join("");
  }

  async #answer<Answer>(call: string, signal: AbortSignal, act: () => Answer | Promise<Answer>): Promise<Answer> {
    this.calls.push(call);
    const fault = this.nextFault(call);
    await new Promise((resolve) => setTimeout(resolve, LATENCY_MS));
    signal.throwIfAborted();
    if (fault === "lost") throw new TypeError("Failed to fetch");
    if (fault !== null && fault !== "lost after") throw new FilesRefusal(fault);
    const answer = await act();
    if (fault === "lost after") throw new TypeError("Failed to fetch");
    return answer;
  }

  #require(id: string): Stored {
    const file = this.stored.get(id);
    if (!file) throw new FilesRefusal({ code: "not_found", message: "You have no such file." });
    return file;
  }

  #missing(file: Stored): { number: number; offset: number; size: number }[] {
    const { size } = file.given;
    const parts = Array.from({ length: Math.ceil(size / PART_BYTES) }, (_, index) => ({
      number: index + 1,
      offset: index * PART_BYTES,
      size: Math.min(PART_BYTES, size - index * PART_BYTES),
    }));
    return parts.filter(({ number }) => !file.parts.has(number));
  }

  #upload(id: string): FileUpload {
    const file = this.#require(id);
    const { roomId, isReady, given, alt } = file;
    const missing = this.#missing(file);
    const parts = missing.slice(0, this.listedMax).map((part) => ({ ...part, url: id, headers: {} }));
    const missingBytes = missing.reduce((sum, part) => sum + part.size, 0);
    const { name, size } = given;
    const ready: MessageFile = { id, name, kind: "other", type: "text/plain", size, alt, url: `/files/${id}` };
    return {
      id,
      roomId,
      state: isReady ? "ready" : "uploading",
      file: isReady ? ready : null,
      upload: isReady ? null : { parts, missingBytes, expiresAt: new Date(3_600_000).toISOString() },
    };
  }
}
