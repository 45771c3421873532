import type { FileUpload } from "@/protocol/files";
import { shared } from "@/server/shared";
import { canUpdate } from "../permissions";
import { Refused } from "../refused";
import { requireRoom } from "../rooms";
import { isUuid } from "../slugs";
import type { Viewer } from "../viewer";
import type { NewFile } from "./fields";
import type { FileRow } from "./file-row";
import { type ReadableFile, requireReadable } from "./readable";
import { removeFile } from "./removal";
import { begin } from "./uploads";

/** A picture of who somebody is need not be large. */
const PORTRAIT_MAX_BYTES = 20 * 1024 * 1024;

/** The pictures of people and of rooms: each has one, or none. */
const OWNERS = { person: "User", room: "Room" } as const;
type Portrayed = keyof typeof OWNERS;

/** Begins the upload of the viewer's own picture; completing it puts it in place of the one before. */
export async function beginOwnPortrait(viewer: Viewer, file: NewFile): Promise<FileUpload> {
  refuseTooLarge(file);
  return begin(viewer, { purpose: "person", roomId: null }, file);
}

/** The same for a room, by who may change it. @throws Refused not_found, forbidden. */
export async function beginRoomPortrait(viewer: Viewer, roomRef: string, file: NewFile): Promise<FileUpload> {
  refuseTooLarge(file);
  return begin(viewer, { purpose: "room", roomId: await requireOwnRoom(viewer, roomRef) }, file);
}

export async function removeOwnPortrait(viewer: Viewer): Promise<void> {
  await replace("person", viewer.id, null);
}

/** @throws Refused not_found, forbidden. */
export async function removeRoomPortrait(viewer: Viewer, roomRef: string): Promise<void> {
  await replace("room", await requireOwnRoom(viewer, roomRef), null);
}

/** A picture that was just completed takes its place. What was sent with a message stays what it is. */
export async function adoptPortrait(viewer: Viewer, file: FileRow): Promise<void> {
  if (file.purpose === "person") return replace("person", viewer.id, file.id);
  // Who lost the right since the upload began finds their picture refused.
  if (file.purpose === "room" && file.roomId)
    return replace("room", await requireOwnRoom(viewer, file.roomId), file.id);
}

/** @returns null when there is none, or none that the viewer may see. */
export async function findPortrait(viewer: Viewer, of: Portrayed, id: string): Promise<ReadableFile | null> {
  if (!isUuid(id)) return null;
  const { rows } = await shared().pool.query<{ pictureId: string | null }>({
    name: `portrait-of-${of}`,
    text: `SELECT "pictureId" FROM "${OWNERS[of]}" WHERE id = $1`,
    values: [id],
  });
  const pictureId = rows[0]?.pictureId;
  if (!pictureId) return null;
  return requireReadable(viewer, pictureId, "small").catch((error) => {
    if (error instanceof Refused) return null;
    throw error;
  });
}

/** Of two that replace it at once, one comes after the other, and neither picture is left behind. */
async function replace(of: Portrayed, ownerId: string, fileId: string | null): Promise<void> {
  const { pool } = shared();
  const { rows } = await pool.query<{ previous: string | null }>(
    `WITH before AS (SELECT id, "pictureId" FROM "${OWNERS[of]}" WHERE id = $1 FOR UPDATE)
     UPDATE "${OWNERS[of]}" owner SET "pictureId" = $2 FROM before WHERE owner.id = before.id
     RETURNING before."pictureId" AS previous`,
    [ownerId, fileId],
  );
  // It is in its place: nobody sweeps it.
  if (fileId) await pool.query(`UPDATE "File" SET "touchedAt" = NULL WHERE id = $1`, [fileId]);
  const previous = rows[0]?.previous;
  if (previous && previous !== fileId) await removeFile(previous);
}

async function requireOwnRoom(viewer: Viewer, roomRef: string): Promise<string> {
  const room = await requireRoom(viewer, roomRef);
  if (!canUpdate(viewer, room)) throw new Refused("forbidden", "Only an owner of the room can change it.");
  return room.id;
}

function refuseTooLarge({ size }: NewFile): void {
  if (size <= PORTRAIT_MAX_BYTES) return;
  throw new Refused("too_large", "This picture is too large: it may have at most 20 MB.", { field: "size" });
}
