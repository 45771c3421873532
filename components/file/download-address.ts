import type { MessageFile } from "@/protocol/files";

/** Where a file is saved from, whatever it is. What is not sent yet is still this page's own. */
export function downloadAddress({ url }: Pick<MessageFile, "url">): string {
  return url.startsWith("/") ? `${url}?download` : url;
}
