import type { ErrorPayload } from "@/protocol/errors";
import type { FileUpload, UploadPart } from "@/protocol/files";
import { sendPart } from "./send-part";
import type { FileDetails } from "./upload";

export type NewUpload = Pick<FileDetails, "width" | "height" | "durationMs" | "waveform"> & {
  name: string;
  size: number;
  alt: string;
  voice?: true;
};

/** The server's REST for files. Every call throws `FilesRefusal` when the server says no, anything else when it is away. */
export interface FilesApi {
  begin(roomId: string, file: NewUpload, signal: AbortSignal): Promise<FileUpload>;
  find(id: string, signal: AbortSignal): Promise<FileUpload>;
  complete(id: string, poster: string | undefined, signal: AbortSignal): Promise<FileUpload>;
  describe(id: string, alt: string, signal: AbortSignal): Promise<FileUpload>;
  discard(id: string): Promise<void>;
  /** @param onSent told now and then how many of the part's bytes are on their way. */
  sendPart(part: UploadPart, bytes: Blob, onSent: (bytes: number) => void, signal: AbortSignal): Promise<void>;
}

/** The server's no, in its own words. */
export class FilesRefusal extends Error {
  constructor(readonly error: ErrorPayload) {
    super(error.message);
  }
}

/**
 * @param baseUrl where the server is, without a trailing slash; empty for the page's own.
 * @param beginPath where an upload to a room begins: another path for what is no message's.
 */
export function restFiles(
  baseUrl = "",
  headers: Record<string, string> = {},
  beginPath = (roomId: string) => `/rooms/${roomId}/files`,
): FilesApi {
  async function ask<Answer>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<Answer> {
    const response = await fetch(`${baseUrl}/api${path}`, {
      method,
      headers: { ...headers, ...(body !== undefined && { "Content-Type": "application/json" }) },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal,
    });
    if (response.status === 204) return undefined as Answer;
    const answer = (await response.json()) as Answer & { error?: ErrorPayload };
    if (response.ok) return answer;
    throw answer.error ? new FilesRefusal(answer.error) : new Error(`The server answered ${response.status}.`);
  }

  return {
    begin: (roomId, file, signal) => ask("POST", beginPath(roomId), file, signal),
    find: (id, signal) => ask("GET", `/files/${id}`, undefined, signal),
    complete: (id, poster, signal) => ask("POST", `/files/${id}/complete`, poster ? { poster } : {}, signal),
    describe: (id, alt, signal) => ask("PATCH", `/files/${id}`, { alt }, signal),
    discard: (id) => ask("DELETE", `/files/${id}`),
    sendPart: (part, bytes, onSent, signal) =>
      sendPart(baseUrl ? new URL(part.url, baseUrl).href : part.url, part.headers, bytes, onSent, signal),
  };
}
