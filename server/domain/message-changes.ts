import type { Message } from "@/protocol/frames";
import type { LinkPreview } from "@/protocol/links";
import { type Backplane, toChange } from "@/server/backplane/backplane";
import { shared } from "@/server/shared";
import { MESSAGE_COLUMNS, type MessageRow, toMessage } from "./message-row";
import { isUuid } from "./slugs";

/**
 * Changes a message under its room's next number, in one statement: no process that stands still holds a room. It takes
 * the message's lock first and the room's second, as every change does, and what it finds deleted it leaves alone.
 */
const change = (set: string, { where = "", files = "" } = {}) => `
  WITH message AS (
    SELECT "authorId", "clientId" FROM "Message"
    WHERE id = $2 AND "roomId" = $1 AND "deletedAt" IS NULL ${where} FOR UPDATE
  ), room AS (
    UPDATE "Room" SET "lastSeq" = "lastSeq" + 1
    WHERE id = $1 AND "archivedAt" IS NULL AND EXISTS (SELECT FROM message)
    RETURNING "lastSeq"
  ), m AS (
    UPDATE "Message" SET rev = room."lastSeq", ${set} FROM room WHERE "Message".id = $2 RETURNING "Message".*
  )${files && `, files AS (${files})`}
  SELECT ${MESSAGE_COLUMNS} FROM m JOIN "User" u ON u.id = m."authorId"`;

/** Takes files from everybody: no address gives them from the commit on, and their bytes go with the next sweep. */
const removeFiles = (where = "") => `
  UPDATE "File" f SET "deletedAt" = now() FROM message, room
  WHERE f."uploaderId" = message."authorId" AND f."clientId" = message."clientId" AND f."roomId" = $1
    AND f."deletedAt" IS NULL ${where}`;

const DELETE = change(`body = '', files = NULL, links = NULL, "deletedAt" = now()`, { files: removeFiles() });
const SHOW_LINKS = change(`links = $3::jsonb`);
const HIDE_LINKS = change(`links = NULL`, {
  where: `AND links IS NOT NULL`,
  files: removeFiles(`AND f.purpose = 'link'`),
});

type Changing = Pick<Message, "id" | "roomId">;

/** A message of a room, deleted or not. */
export async function findMessage(roomId: string, id: string): Promise<Message | null> {
  if (!isUuid(id)) return null;
  const { rows } = await shared().pool.query<MessageRow>({
    name: "find-message",
    text: `SELECT ${MESSAGE_COLUMNS} FROM "Message" m JOIN "User" u ON u.id = m."authorId"
           WHERE m.id = $1 AND m."roomId" = $2`,
    values: [id, roomId],
  });
  return rows[0] ? toMessage(rows[0]) : null;
}

/** Takes what a message says and carries. @returns false when it is deleted already, or its room takes no changes. */
export function markDeleted({ roomId, id }: Changing): Promise<boolean> {
  return makeChange({ name: "delete-message", text: DELETE, values: [roomId, id] });
}

/** Shows what its link's page says. @returns false when it is deleted, or its room takes no changes. */
export function showLinks({ roomId, id }: Changing, links: LinkPreview[]): Promise<boolean> {
  return makeChange({ name: "show-links", text: SHOW_LINKS, values: [roomId, id, JSON.stringify(links)] });
}

/** Shows them no more, and takes their pictures. @returns false when none are shown, or its room takes no changes. */
export function hideLinks({ roomId, id }: Changing): Promise<boolean> {
  return makeChange({ name: "hide-links", text: HIDE_LINKS, values: [roomId, id] });
}

/** Tells every process of changes that were committed just now. */
export function publishChanges(backplane: Backplane, roomId: string, messages: readonly Message[]): void {
  const committed = { processId: backplane.processId, atMs: Date.now() };
  backplane.publish(roomId, { type: "changes", changes: messages.map(toChange), committed });
}

async function makeChange(statement: { name: string; text: string; values: unknown[] }): Promise<boolean> {
  const { pool, backplane } = shared();
  const { rows } = await pool.query<MessageRow>(statement);
  for (const message of rows.map(toMessage)) {
    publishChanges(backplane, message.roomId, [message]);
  }
  return rows.length > 0;
}
