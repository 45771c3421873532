import type { FileKind, MessageFile } from "@/protocol/files";
import type { Message } from "@/protocol/frames";

/** A picture or a video, and the message that it came with. */
export type ShownMedia = { file: MessageFile; seq: number; sender: string; sentAt: string };

/** What is looked at large, one after the other. */
export function isMedia({ kind }: { kind: FileKind }): boolean {
  return kind === "image" || kind === "video";
}

/** All pictures and videos of these messages, in the order in which they stand in the log. */
export function mediaOf(messages: readonly Message[]): ShownMedia[] {
  return messages.flatMap(({ files = [], seq, sender, sentAt }) =>
    // A message shows its pictures before all else.
    [...files.filter(({ kind }) => kind === "image"), ...files.filter(({ kind }) => kind === "video")].map((file) => ({
      file,
      seq,
      sender,
      sentAt,
    })),
  );
}
