import type { MessageFile } from "@/protocol/files";
import type { Message } from "@/protocol/frames";
import type { LinkPreview } from "@/protocol/links";

/** The columns that make a `Message`; every query that reads messages selects just these. */
export const MESSAGE_COLUMNS = `m.id, m."roomId", m.seq, m.rev, m."clientId", m.body, m.files, m.links, m."authorId",
  m."sentAt", m."editedAt", m."deletedAt", u.name AS sender,
  u."deactivatedAt" IS NOT NULL AS "senderDeactivated"`;

export type MessageRow = {
  id: string;
  roomId: string;
  seq: number;
  rev: number;
  clientId: string;
  body: string;
  files: MessageFile[] | null;
  links: LinkPreview[] | null;
  authorId: string;
  sentAt: Date;
  editedAt: Date | null;
  deletedAt: Date | null;
  sender: string;
  senderDeactivated: boolean;
};

export function toMessage(row: MessageRow): Message {
  return {
    id: row.id,
    roomId: row.roomId,
    seq: row.seq,
    rev: row.rev,
    clientId: row.clientId,
    message: row.deletedAt ? "" : row.body,
    sender: row.sender,
    senderId: row.authorId,
    ...(row.senderDeactivated && { senderDeactivated: true }),
    sentAt: row.sentAt.toISOString(),
    editedAt: row.editedAt?.toISOString() ?? null,
    deletedAt: row.deletedAt?.toISOString() ?? null,
    ...(row.files && !row.deletedAt && { files: row.files }),
    ...(row.links && !row.deletedAt && { links: row.links }),
  };
}
