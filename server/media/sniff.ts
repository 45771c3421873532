import { extname } from "node:path";
import { fileTypeFromBuffer } from "file-type";
import type { FileKind } from "@/protocol/files";
import { type Sniffed, UnfitFile } from "./media";

/** What we decode. Any other picture is a file like all others. */
const PICTURES = new Set(["image/jpeg", "image/png", "image/apng", "image/gif", "image/webp", "image/avif"]);
const PDF = "application/pdf";

/** What names with these endings promise to everybody who sees them. */
const PROMISES: [kind: FileKind, what: string, extensions: string[]][] = [
  ["image", "picture", ["jpg", "jpeg", "png", "gif", "webp", "avif", "apng"]],
  ["video", "video", ["mp4", "m4v", "webm", "mov", "mkv"]],
  ["audio", "sound", ["mp3", "m4a", "ogg", "oga", "opus", "wav", "flac", "aac", "weba"]],
  ["pdf", "PDF", ["pdf"]],
];

/** @throws UnfitFile when the name promises what the bytes are not. */
export async function sniff(head: Uint8Array, name: string): Promise<Sniffed> {
  const found = (await fileTypeFromBuffer(head).catch(() => undefined)) ?? null;
  const sniffed = found ? kindOf(found.mime, found.ext) : kindOfUnknown(head);
  const promise = PROMISES.find(([, , extensions]) => extensions.includes(extname(name).slice(1).toLowerCase()));
  if (promise && !keeps(promise[0], sniffed)) {
    throw new UnfitFile("file", `This file is called a ${promise[1]} and is none, or it is broken: it was not kept.`);
  }
  return promise?.[0] === "audio" ? heard(sniffed) : sniffed;
}

/** Containers of video often hold sound alone: what is called a sound, and what a recorder made, is one. */
function heard(sniffed: Sniffed): Sniffed {
  return sniffed.kind === "video"
    ? { ...sniffed, kind: "audio", type: sniffed.type.replace(/^video/, "audio") }
    : sniffed;
}

function kindOf(type: string, extension: string): Sniffed {
  if (PICTURES.has(type)) return { kind: "image", type, extension };
  if (type.startsWith("video/")) return { kind: "video", type, extension };
  if (type.startsWith("audio/")) return { kind: "audio", type, extension };
  if (type === PDF) return { kind: "pdf", type, extension };
  // Markup has no magic number; what looks like it all the same is text that is never run.
  if (type === "application/xml" || type === "text/html") return { kind: "text", type: "text/plain", extension: null };
  return { kind: "other", type, extension };
}

function kindOfUnknown(head: Uint8Array): Sniffed {
  return isText(head)
    ? { kind: "text", type: "text/plain", extension: null }
    : { kind: "other", type: "application/octet-stream", extension: null };
}

/** A container of moving pictures may hold sound alone, and the other way round. */
function keeps(promised: FileKind, { kind }: Sniffed): boolean {
  const isMedia = (one: FileKind) => one === "video" || one === "audio";
  return kind === promised || (isMedia(promised) && isMedia(kind));
}

const CONTROLS_OF_TEXT = new Set("\t\n\v\f\r\u001b\u0085");

/** UTF-8 without the control characters that no text has. The head may end within a character. */
function isText(head: Uint8Array): boolean {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(head, { stream: true });
    return (text.match(/\p{Cc}/gu) ?? []).every((char) => CONTROLS_OF_TEXT.has(char));
  } catch {
    return false;
  }
}
