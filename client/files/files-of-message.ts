import type { ErrorPayload } from "@/protocol/errors";
import type { Upload } from "./upload";

/** What has become of a message's files. */
export type FilesOfMessage =
  | { state: "ready"; ids: string[] }
  | { state: "waiting" }
  | { state: "failed"; error: ErrorPayload };

const NOT_KEPT: ErrorPayload = {
  code: "invalid",
  field: "files",
  message: "This device did not keep the files of this message: discard it and send them again.",
};

/** @param isLoaded whether those that are not known are lost, or may still be found. */
export function filesOfMessage(uploads: readonly (Upload | undefined)[], isLoaded: boolean): FilesOfMessage {
  const ids: string[] = [];
  for (const upload of uploads) {
    if (!upload && isLoaded) return { state: "failed", error: NOT_KEPT };
    if (upload?.status === "failed") return { state: "failed", error: named(upload) };
    if (upload?.status === "ready" && upload.fileId) ids.push(upload.fileId);
  }
  return ids.length === uploads.length ? { state: "ready", ids } : { state: "waiting" };
}

/** The server's sentence stands beside a file; in a message's own it must say which. */
function named({ name, error }: Upload): ErrorPayload {
  const { message, ...rest } = error ?? NOT_KEPT;
  return { ...rest, field: "files", message: message.includes(name) ? message : `“${name}”: ${message}` };
}
