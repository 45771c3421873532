import { type FilesApi, FilesRefusal } from "./files-api";
import type { FileDetails, Upload } from "./upload";

/** One upload, and what it needs on its way. */
export type Journey = {
  get(): Upload;
  set(change: Partial<Upload>): void;
  api: FilesApi;
  lookAt(upload: Upload): Promise<FileDetails>;
  random(): number;
  /** Ends early when the connection may be back. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
};

/** Why an upload without its bytes ends. */
export function lost({ name }: Upload): FilesRefusal {
  return new FilesRefusal({
    code: "invalid",
    field: "file",
    message: `“${name}” cannot be read any more: remove it and choose it again.`,
  });
}
