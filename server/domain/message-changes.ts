import type { Message } from "@/protocol/frames";
import type { LinkPreview } from "@/protocol/links";
import { toChange } from "@/server/backplane/backplane";
import { Prisma } from "@/server/db/generated/client";
import { shared } from "@/server/shared";
import { MESSAGE_COLUMNS, type MessageRow, toMessage } from "./message-row";
import { isUuid } from "./slugs";

const COLUMNS = Prisma.raw(MESSAGE_COLUMNS);

/** What a message can become. */
export type Becomes = { links: LinkPreview[] | null } | "deleted";

/**
 * A message of a room, deleted or not, or null. Nobody else changes it before the transaction ends: whoever changes a
 * message takes its lock first and the room's second.
 */
export async function lockMessage(
  tx: Prisma.TransactionClient,
  roomId: string,
  messageId: string,
): Promise<Message | null> {
  if (!isUuid(messageId)) return null;
  const [row] = await tx.$queryRaw<MessageRow[]>`
    SELECT ${COLUMNS} FROM "Message" m JOIN "User" u ON u.id = m."authorId"
    WHERE m.id = ${messageId}::uuid AND m."roomId" = ${roomId}::uuid FOR UPDATE OF m`;
  return row ? toMessage(row) : null;
}

/**
 * Changes a message that the transaction has locked, under its room's next number: last of all, since the room takes no
 * message meanwhile. The caller publishes it once it is committed.
 * @returns null when the room is archived and takes no changes.
 */
export async function changeMessage(
  tx: Prisma.TransactionClient,
  { id, roomId }: Pick<Message, "id" | "roomId">,
  becomes: Becomes,
): Promise<Message | null> {
  const set =
    becomes === "deleted"
      ? Prisma.sql`body = '', files = NULL, links = NULL, "deletedAt" = now()`
      : Prisma.sql`links = ${becomes.links && JSON.stringify(becomes.links)}::jsonb`;
  const [row] = await tx.$queryRaw<MessageRow[]>`
    WITH room AS (
      UPDATE "Room" SET "lastSeq" = "lastSeq" + 1
      WHERE id = ${roomId}::uuid AND "archivedAt" IS NULL RETURNING "lastSeq"
    ), m AS (
      UPDATE "Message" SET rev = room."lastSeq", ${set} FROM room
      WHERE "Message".id = ${id}::uuid RETURNING "Message".*
    )
    SELECT ${COLUMNS} FROM m JOIN "User" u ON u.id = m."authorId"`;
  return row ? toMessage(row) : null;
}

export function publishChange(message: Message): void {
  shared().backplane.publish(message.roomId, { type: "changes", changes: [toChange(message)] });
}
