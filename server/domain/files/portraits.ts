import type { FileUpload } from "@/protocol/files";
import { shared } from "@/server/shared";
import { canUpdate } from "../permissions";
import { Refused } from "../refused";
import { findRoom } from "../room-summary";
import { requireRoom } from "../rooms";
import { isUuid } from "../slugs";
import type { Viewer } from "../viewer";
import type { NewFile } from "./fields";
import { FILE_COLUMNS, type FileRow } from "./file-row";
import { type ReadableFile, requireReadable } from "./readable";
import { forgetDiscarded } from "./removal";
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

/**
 * Of two that replace it at once, one comes after the other, and neither picture is left behind. A picture in its place
 * is swept by nobody (its `touchedAt` is null); one that was replaced meanwhile does not come back.
 */
async function replace(of: Portrayed, ownerId: string, fileId: string | null): Promise<void> {
  const { rows } = await shared().pool.query<FileRow>(
    `WITH before AS (SELECT id, "pictureId" FROM "${OWNERS[of]}" WHERE id = $1 FOR UPDATE),
     adopted AS (
       UPDATE "File" f SET "touchedAt" = NULL FROM before
       WHERE f.id = $2::uuid AND f."deletedAt" IS NULL AND before.id = $1 RETURNING f.id
     ), put AS (
       UPDATE "${OWNERS[of]}" owner SET "pictureId" = $2::uuid FROM before
       WHERE owner.id = before.id AND ($2::uuid IS NULL OR EXISTS (SELECT FROM adopted)) RETURNING before."pictureId"
     )
     UPDATE "File" f SET "deletedAt" = now() FROM put
     WHERE f.id = put."pictureId" AND f.id IS DISTINCT FROM $2::uuid AND f."deletedAt" IS NULL
     RETURNING ${FILE_COLUMNS}`,
    [ownerId, fileId],
  );
  for (const previous of rows) await forgetDiscarded(previous);
  const room = of === "room" && (await findRoom(ownerId));
  if (room) shared().backplane.publish(room.id, { type: "room", room });
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
