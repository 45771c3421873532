import type { Upload } from "@/client/files/upload";

type Moving = Pick<Upload, "status" | "sentBytes" | "size">;

/** How much of all bytes is there, in percent; the last one is for the server's word that they are. */
export function progressOf(uploads: readonly Moving[]): number {
  const size = uploads.reduce((sum, upload) => sum + upload.size, 0);
  const sent = uploads.reduce((sum, upload) => sum + (upload.status === "ready" ? upload.size : upload.sentBytes), 0);
  const most = uploads.every(({ status }) => status === "ready") ? 100 : 99;
  return size === 0 ? 0 : Math.min(most, Math.floor((100 * sent) / size));
}

/** "Sending 2 files, 43 %"; what they wait for, when nothing moves. */
export function progressInWords(uploads: readonly Moving[], isOffline: boolean): string {
  const left = uploads.filter(({ status }) => status !== "ready");
  if (left.length === 0) return "Sent";
  if (left.every(({ status }) => status === "waiting")) {
    return isOffline ? "Goes out when you are back" : "Waiting to be sent";
  }
  if (left.every(({ status }) => status === "finishing")) return "Almost there";
  return `Sending ${left.length === 1 ? "a file" : `${left.length} files`}, ${progressOf(uploads)} %`;
}
