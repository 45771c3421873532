import { log } from "@/server/log";
import { shared } from "@/server/shared";
import { markRoomDeleted } from "./room-deletion";
import { readRoomRef } from "./slugs";

/** A room as the operator sees it: that it is there and how large, not what is said in it. */
export type RoomFacts = {
  id: string;
  slug: string;
  name: string;
  kind: "open" | "closed";
  members: number;
  lastSeq: number;
  archived: boolean;
};

/** Every room that is not deleted, by name. */
export async function listAllRooms(): Promise<RoomFacts[]> {
  const { rows } = await shared().pool.query<RoomFacts>(`
    SELECT id, slug, name, kind, "lastSeq", "archivedAt" IS NOT NULL AS archived,
      (SELECT count(*)::int FROM "Membership" WHERE "roomId" = room.id) AS members
    FROM "Room" room WHERE "deletedAt" IS NULL ORDER BY lower(name), id`);
  return rows;
}

/** Deletes any room but the lobby. @returns null when there is none. */
export async function deleteAnyRoom(ref: string): Promise<{ id: string; name: string } | null> {
  const where = readRoomRef(ref);
  const room = where && (await shared().prisma.room.findFirst({ where: { ...where, deletedAt: null } }));
  if (!room || !(await markRoomDeleted(room.id))) return null;
  log.info({ by: "operator", roomId: room.id }, "A room was deleted.");
  return { id: room.id, name: room.name };
}
