import type { ErrorPayload } from "@/protocol/errors";
import type { MessageFile } from "@/protocol/files";
import { toFileName } from "./file-name";

/** What this device can tell of a file before the server has looked at it, each where it applies. */
export type FileDetails = {
  width?: number;
  height?: number;
  durationMs?: number;
  /** How loud, from 0 to 100, over the length of a voice note. */
  waveform?: number[];
  /** A still of a video: a small JPEG in base64. */
  poster?: string;
};

/** A file that somebody chose, pasted, dropped or recorded. */
export type GivenFile = { blob: Blob; name: string; voice?: true; details?: FileDetails };

/** "waiting" is for its turn or for the connection; "finishing" is the server's look at what came. */
export type UploadStatus = "waiting" | "uploading" | "finishing" | "ready" | "failed";

/** A file on its way to the server. Replaced at every change, never changed. */
export type Upload = {
  /** This device's own name for it, before the server has given it an id. */
  key: string;
  roomId: string;
  name: string;
  /** The media type as the device sees it; the server finds out by itself. */
  type: string;
  size: number;
  alt: string;
  voice?: true;
  /** Null until the device has looked at it. */
  details: FileDetails | null;
  /** Null when an earlier page began it and this device did not keep its bytes. */
  blob: Blob | null;
  fileId: string | null;
  status: UploadStatus;
  sentBytes: number;
  /** What readers will see, once it is there. */
  file: MessageFile | null;
  error: ErrorPayload | null;
};

/** What outlives a reload, beside the bytes. */
export type KeptUpload = Pick<
  Upload,
  "key" | "roomId" | "name" | "type" | "size" | "alt" | "voice" | "details" | "fileId"
> & {
  /** True while it belongs to no message: it is the composer's. */
  isDraft: boolean;
};

/** A file that has not set out. */
export function newUpload(key: string, roomId: string, { blob, name, voice, details }: GivenFile): Upload {
  return {
    key,
    roomId,
    name: toFileName(name),
    type: blob.type,
    size: blob.size,
    alt: "",
    ...(voice && { voice }),
    details: details ?? null,
    blob,
    fileId: null,
    status: "waiting",
    sentBytes: 0,
    file: null,
    error: null,
  };
}

export function toKept(upload: Upload, isDraft: boolean): KeptUpload {
  const { key, roomId, name, type, size, alt, voice, details, fileId } = upload;
  return { key, roomId, name, type, size, alt, ...(voice && { voice }), details, fileId, isDraft };
}

export function fromKept({ isDraft: _, ...kept }: KeptUpload, blob: Blob | null): Upload {
  return { ...kept, blob, status: "waiting", sentBytes: 0, file: null, error: null };
}
