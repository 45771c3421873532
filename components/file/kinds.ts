import type { Upload } from "@/client/files/upload";
import type { FileKind } from "@/protocol/files";

const PICTURES = new Set(["image/jpeg", "image/png", "image/gif", "image/webp", "image/avif"]);

/** What the server will most likely find a file to be; it looks at the bytes, we only at what the device says. */
export function guessKind({ type, voice }: Pick<Upload, "type" | "voice">): FileKind {
  if (voice) return "voice";
  if (PICTURES.has(type)) return "image";
  if (type.startsWith("video/")) return "video";
  if (type.startsWith("audio/")) return "audio";
  if (type === "application/pdf") return "pdf";
  return type.startsWith("text/") ? "text" : "other";
}

const WORDS: Record<FileKind, string> = {
  image: "Picture",
  video: "Video",
  audio: "Sound",
  voice: "Voice note",
  pdf: "PDF",
  text: "Text",
  other: "File",
};

/** "PDF", "Picture", and for what has no word of its own the ending of its name: "ZIP". */
export function kindInWords({ kind, name }: { kind: FileKind; name: string }): string {
  const ending = kind === "other" ? /\.([a-z0-9]{1,5})$/i.exec(name)?.[1] : undefined;
  return ending ? ending.toUpperCase() : WORDS[kind];
}
