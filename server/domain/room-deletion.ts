import { LOBBY_SLUG } from "@/protocol/limits";
import { log } from "@/server/log";
import { shared } from "@/server/shared";
import { canDeleteRoom } from "./permissions";
import { Refused } from "./refused";
import { DELETED_ROOM_KEPT_DAYS } from "./room-limits";
import { requireRoom } from "./rooms";
import type { Viewer } from "./viewer";

const PURGED_AT_ONCE = 10;
const MESSAGES_AT_ONCE = 5_000;

/**
 * Deletes a room for everybody: its messages, files, links and invites answer "not found" from the commit on.
 * @throws Refused not_found, forbidden.
 */
export async function deleteRoom(viewer: Viewer, ref: string): Promise<void> {
  const room = await requireRoom(viewer, ref);
  if (room.slug === LOBBY_SLUG) {
    throw new Refused("forbidden", "The lobby is everybody's first room and cannot be deleted. Archive it instead.");
  }
  if (!canDeleteRoom(viewer, room)) throw new Refused("forbidden", "Only a room owner can delete the room.");
  await markRoomDeleted(room.id);
}

/**
 * Deletes a room without asking who wants it: for an operator. The lobby stays.
 * The room is archived in the same statement, so appends and every other change refuse it by the predicate that they
 * have anyway, and it is made private without members: a process of an older version shows it to nobody either. The memberships go after the room's lock was taken: a member who joined while we waited for it goes too.
 * @returns false when there is no such room, or it is deleted already.
 */
export async function markRoomDeleted(roomId: string): Promise<boolean> {
  const isDeleted = await shared().prisma.$transaction(async (tx) => {
    const count = await tx.$executeRaw`
      UPDATE "Room"
      SET "deletedAt" = now(), "archivedAt" = coalesce("archivedAt", now()), kind = 'closed', slug = id::text
      WHERE id = ${roomId}::uuid AND "deletedAt" IS NULL AND slug <> ${LOBBY_SLUG}`;
    if (count === 0) return false;
    await tx.membership.deleteMany({ where: { roomId } });
    // What nobody sent yet has no readers to keep it for.
    await tx.$executeRaw`
      UPDATE "File" SET "deletedAt" = now()
      WHERE "roomId" = ${roomId}::uuid AND "deletedAt" IS NULL
        AND "clientId" IS NULL AND (purpose = 'message' OR state <> 'ready')`;
    return true;
  });
  if (isDeleted) shared().backplane.publish(roomId, { type: "room-deleted" });
  return isDeleted;
}

/**
 * Removes what is kept of rooms that were deleted 30 days ago. A room's row goes last, when the sweep of files has
 * removed the bytes: a process that ends in between leaves a row that the next sweep finds.
 * @returns how many rooms are gone.
 */
export async function purgeDeletedRooms(): Promise<number> {
  const { rows } = await shared().pool.query<{ id: string }>(
    `SELECT id FROM "Room" WHERE "deletedAt" < now() - make_interval(days => $1)
     ORDER BY "deletedAt" LIMIT ${PURGED_AT_ONCE}`,
    [DELETED_ROOM_KEPT_DAYS],
  );
  let purged = 0;
  for (const { id } of rows) if (await purge(id)) purged++;
  return purged;
}

async function purge(roomId: string): Promise<boolean> {
  const { pool } = shared();
  await pool.query(`UPDATE "File" SET "deletedAt" = now() WHERE "roomId" = $1 AND "deletedAt" IS NULL`, [roomId]);
  // A part at a time: one statement for a million messages would hold back the vacuum for as long as it takes.
  for (let deleted = MESSAGES_AT_ONCE; deleted === MESSAGES_AT_ONCE; ) {
    const { rowCount } = await pool.query(
      `DELETE FROM "Message" WHERE "roomId" = $1 AND seq <= (
         SELECT max(seq) FROM (SELECT seq FROM "Message" WHERE "roomId" = $1 ORDER BY seq LIMIT $2) part)`,
      [roomId, MESSAGES_AT_ONCE],
    );
    deleted = rowCount ?? 0;
  }
  const { rowCount } = await pool.query(
    `DELETE FROM "Room" r WHERE r.id = $1 AND r."deletedAt" IS NOT NULL
       AND NOT EXISTS (SELECT FROM "File" f WHERE f."roomId" = r.id)`,
    [roomId],
  );
  if (rowCount === 1) log.info({ roomId }, "A deleted room was purged.");
  return rowCount === 1;
}
