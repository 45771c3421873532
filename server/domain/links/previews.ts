import { stat } from "node:fs/promises";
import { v7 as newFileId } from "uuid";
import type { Message } from "@/protocol/frames";
import type { LinkPreview } from "@/protocol/links";
import { toChange } from "@/server/backplane/backplane";
import { config } from "@/server/config";
import { log } from "@/server/log";
import { shared } from "@/server/shared";
import { keyOf } from "../files/file-row";
import { addWithinLimits } from "../files/limits";
import { removeFile } from "../files/removal";
import { MESSAGE_COLUMNS, type MessageRow, toMessage } from "../message-row";
import { Refused } from "../refused";
import { requireRoom } from "../rooms";
import { isUuid } from "../slugs";
import type { Viewer } from "../viewer";
import { findLinks } from "./find-links";

/** Whether a text may have a link: asked of every message. */
export function mayHaveLinks(text: string): boolean {
  return text.includes("://");
}

/**
 * Keeps the links of a new message for who looks for them, and shows what the first one's page says of itself, once
 * that was read: a change of the message, as all changes. Nobody waits for it, and should the process end meanwhile,
 * the message stays without.
 */
export async function linkUp(message: Message, { wantsPreview }: { wantsPreview: boolean }): Promise<void> {
  const urls = findLinks(message.message);
  const [first] = urls;
  if (!first) return;
  const isShown = wantsPreview && config().linkPreviews;
  try {
    const { id: messageId, roomId, seq } = message;
    await shared().prisma.link.createMany({ data: urls.map((url) => ({ roomId, messageId, seq, url })) });
    if (isShown) await preview(message, first);
  } catch (error) {
    log.warn({ err: error, messageId: message.id }, "A message's links could not be kept.");
  }
}

/** Takes the previews off a message of the viewer's own. @throws Refused not_found, forbidden. */
export async function removePreviews(viewer: Viewer, roomRef: string, messageId: string): Promise<void> {
  const room = await requireRoom(viewer, roomRef);
  const message = await findMessage(room.id, messageId);
  if (!message) throw new Refused("not_found", "There is no such message.");
  if (message.senderId !== viewer.id) throw new Refused("forbidden", "Only who sent a message takes its previews off.");
  if (!message.links) return;
  await showLinks(message, null);
  const { rows } = await shared().pool.query<{ id: string }>(
    `SELECT id FROM "File" WHERE "uploaderId" = $1 AND "clientId" = $2 AND "roomId" = $3 AND purpose = 'link'`,
    [viewer.id, message.clientId, room.id],
  );
  for (const { id } of rows) await removeFile(id);
}

async function preview(message: Message, url: string): Promise<void> {
  const { links, prisma } = shared();
  const page = await links.readPage(url, message.senderId);
  if (!page) return;
  const { pictureUrl, ...said } = page;
  const bytes = pictureUrl && (await links.readPicture(pictureUrl, message.senderId));
  const picture = bytes ? await keepPicture(message, bytes) : null;
  const { fileId, ...shown } = picture ?? { fileId: null };
  // The link that was written, not where it led: that is what the text shows.
  const link: LinkPreview = { ...said, url, ...(picture && { picture: shown as LinkPreview["picture"] }) };
  await prisma.link.updateMany({ where: { messageId: message.id, url }, data: { title: page.title } });
  if (!(await showLinks(message, [link])) && fileId) await removeFile(fileId);
}

/** Changes the message under its room's next number, unless it is gone or the room takes no changes any more. */
async function showLinks({ id, roomId }: Message, links: LinkPreview[] | null): Promise<boolean> {
  const { pool, backplane } = shared();
  const { rows } = await pool.query<MessageRow>({
    name: "show-links",
    text: `
      WITH room AS (
        UPDATE "Room" SET "lastSeq" = "lastSeq" + 1
        WHERE id = $1 AND "archivedAt" IS NULL
          AND EXISTS (SELECT FROM "Message" WHERE id = $2 AND "roomId" = $1 AND "deletedAt" IS NULL)
        RETURNING "lastSeq"
      ), m AS (
        UPDATE "Message" SET rev = room."lastSeq", links = $3 FROM room WHERE "Message".id = $2 RETURNING "Message".*
      )
      SELECT ${MESSAGE_COLUMNS} FROM m JOIN "User" u ON u.id = m."authorId"`,
    values: [roomId, id, links && JSON.stringify(links)],
  });
  if (!rows[0]) return false;
  backplane.publish(roomId, { type: "changes", changes: [toChange(toMessage(rows[0]))] });
  return true;
}

/** The page's picture, made anew, as a file that goes with the message. */
async function keepPicture({ roomId, senderId, clientId }: Message, bytes: Buffer) {
  const { storage, media } = shared();
  const id = newFileId();
  try {
    return await storage.withScratch(async (dir) => {
      const { made, ...details } = await media.poster(bytes, dir);
      const variants: Record<string, number> = {};
      for (const [variant, path] of Object.entries(made)) variants[variant] = (await stat(path)).size;
      const storedBytes = Object.values(variants).reduce((sum, size) => sum + size, 0);
      const file = {
        id,
        roomId,
        uploaderId: senderId,
        clientId,
        purpose: "link",
        kind: "image",
        state: "ready",
      } as const;
      // The row comes first: bytes that no row knows are nobody's to remove.
      const sizes = { size: storedBytes, storedBytes, variants };
      await addWithinLimits({ ...file, size: storedBytes }, { isSent: true }, (tx) =>
        tx.file.create({ data: { ...file, ...sizes, name: "preview", type: "image/webp", details } }),
      );
      for (const [variant, path] of Object.entries(made)) await storage.putFile(keyOf(id, variant), path);
      const addresses = Object.keys(made).map((variant) => [variant, `/files/${id}/${variant}`]);
      return { fileId: id, ...details, ...Object.fromEntries(addresses) };
    });
  } catch (error) {
    // A page without its picture is shown all the same.
    log.debug({ err: error }, "A page's picture could not be kept.");
    await removeFile(id);
    return null;
  }
}

async function findMessage(roomId: string, id: string): Promise<Message | null> {
  if (!isUuid(id)) return null;
  const { rows } = await shared().pool.query<MessageRow>(
    `SELECT ${MESSAGE_COLUMNS} FROM "Message" m JOIN "User" u ON u.id = m."authorId"
     WHERE m.id = $1 AND m."roomId" = $2 AND m."deletedAt" IS NULL`,
    [id, roomId],
  );
  return rows[0] ? toMessage(rows[0]) : null;
}
