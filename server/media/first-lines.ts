import { TEXT_PREVIEW_MAX_LENGTH } from "@/protocol/limits";

const LINES_MAX = 20;

/** As a reader would see it: no control characters but tabs, and no marks that turn the text's direction around. */
export function firstLines(head: Uint8Array): string {
  const text = new TextDecoder("utf-8").decode(head, { stream: true });
  const lines = text
    .replace(/\r\n?/g, "\n")
    .replace(/[^\P{Cc}\t\n]|[\u202a-\u202e\u2066-\u2069\ufeff]/gu, "")
    .split("\n", LINES_MAX);
  return lines.join("\n").slice(0, TEXT_PREVIEW_MAX_LENGTH).toWellFormed().trimEnd();
}
