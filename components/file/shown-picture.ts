import type { MessageFile } from "@/protocol/files";
import type { Message } from "@/protocol/frames";

/** A picture, and who sent it when. */
export type ShownPicture = { file: MessageFile; sender: string; sentAt: string };

/** All pictures of these messages, in the order in which they stand in the log. */
export function picturesOf(messages: readonly Message[]): ShownPicture[] {
  return messages.flatMap(({ files = [], sender, sentAt }) =>
    files.filter(({ kind }) => kind === "image").map((file) => ({ file, sender, sentAt })),
  );
}
