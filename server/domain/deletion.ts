import { forgetLinks } from "./links/kept-links";
import { findMessage, markDeleted } from "./message-changes";
import { canDelete } from "./permissions";
import { Refused } from "./refused";
import { requireRoom } from "./rooms";
import type { Viewer } from "./viewer";

/**
 * Deletes a message for everybody, with its files and its links: its text is kept nowhere, its place in the room stays.
 * Deleting twice is the same as once.
 * @throws Refused not_found, forbidden, archived.
 */
export async function deleteMessage(viewer: Viewer, roomRef: string, messageId: string): Promise<void> {
  const room = await requireRoom(viewer, roomRef);
  const message = await findMessage(room.id, messageId);
  if (!message) throw new Refused("not_found", "There is no such message in this room.");
  if (!canDelete(viewer, room, message)) {
    throw new Refused("forbidden", "Only who sent a message, or an owner of the room, deletes it.");
  }
  if (message.deletedAt === null && !(await markDeleted(message))) {
    const now = await findMessage(room.id, messageId);
    if (!now?.deletedAt) throw new Refused("archived", "This room is archived: bring it back before you delete in it.");
  }
  // Nobody is shown them from the deletion on.
  await forgetLinks(message);
}
