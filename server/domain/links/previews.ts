import { stat } from "node:fs/promises";
import { v7 as newFileId } from "uuid";
import type { Message } from "@/protocol/frames";
import type { LinkPreview } from "@/protocol/links";
import { config } from "@/server/config";
import { log } from "@/server/log";
import { shared } from "@/server/shared";
import { keyOf } from "../files/file-row";
import { addWithinLimits } from "../files/limits";
import { forgetDiscarded, removeFile } from "../files/removal";
import { findMessage, hideLinks, showLinks } from "../message-changes";
import { Refused } from "../refused";
import { requireRoom } from "../rooms";
import type { Viewer } from "../viewer";
import { findLinks } from "./find-links";
import { keepLinks } from "./kept-links";

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
    const isKept = await keepLinks(message, urls);
    if (isKept && isShown) await preview(message, first);
  } catch (error) {
    log.warn({ err: error, messageId: message.id }, "A message's links could not be kept.");
  }
}

/** Takes the previews off a message of the viewer's own. @throws Refused not_found, forbidden, archived. */
export async function removePreviews(viewer: Viewer, roomRef: string, messageId: string): Promise<void> {
  const room = await requireRoom(viewer, roomRef);
  const message = await findMessage(room.id, messageId);
  if (!message || message.deletedAt) throw new Refused("not_found", "There is no such message.");
  if (message.senderId !== viewer.id) throw new Refused("forbidden", "Only who sent a message takes its previews off.");
  if (room.archivedAt) throw new Refused("archived", "This room is archived: it can be read, not changed.");
  await hideLinks(message);
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
  if (!(await showLinks(message, [link])) && fileId) await takeBack(fileId);
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
    await takeBack(id);
    return null;
  }
}

/** With its message a picture may be gone, its row too, before its bytes came. */
async function takeBack(id: string): Promise<void> {
  if (!(await removeFile(id))) await forgetDiscarded({ id, size: 0, uploadRef: null });
}
