import { normalizeBounded } from "@/protocol/bounded-text";
import { FILE_NAME_MAX_LENGTH } from "@/protocol/limits";

/** The header by RFC 6266: the name in ASCII for old readers, and as it is for all others. */
export function contentDisposition(type: "inline" | "attachment", name: string): string {
  const ascii = (normalizeBounded(name, FILE_NAME_MAX_LENGTH, "NFKD") ?? "file")
    .replace(/\p{M}/gu, "")
    .replace(/[^\x20-\x7e]|["\\%]/g, "_");
  const encoded = encodeURIComponent(name.toWellFormed()).replace(
    /['()*!]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `${type}; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
