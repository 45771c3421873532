import { z } from "zod";
import { PAGE_SIZE, SEARCH_MAX_LENGTH } from "@/protocol/limits";
import type { ServerRoom, ServerRoomPage } from "@/protocol/rooms";
import { log } from "@/server/log";
import { shared } from "@/server/shared";
import { type Administrator, requireAdministrator } from "./administration";
import { containing } from "./like";
import { markRoomDeleted } from "./room-deletion";
import { isUuid, readRoomRef } from "./slugs";

export const serverRoomsAsked = z.object({
  query: z.string().max(SEARCH_MAX_LENGTH, `query has at most ${SEARCH_MAX_LENGTH} characters.`).optional(),
  after: z.string().refine(isUuid, "after is the id of the last room of the page before.").optional(),
});

type Asked = { query?: string; after?: string; limit?: number | null };
type RoomRow = Omit<ServerRoom, "archivedAt"> & { archivedAt: Date | null };

/**
 * A page of all rooms that are not deleted, by name, the private ones too.
 * @param asked.limit null for all of them.
 */
export async function listServerRooms(
  by: Administrator,
  { query, after, limit = PAGE_SIZE }: Asked = {},
): Promise<ServerRoomPage> {
  requireAdministrator(by);
  const sought = query?.trim() ? containing(query.trim()) : null;
  const { rows } = await shared().pool.query<RoomRow>({
    name: "server-rooms",
    text: `
      SELECT id, slug, name, kind, "lastSeq" AS seq, "archivedAt",
        (SELECT count(*)::int FROM "Membership" WHERE "roomId" = room.id) AS members
      FROM "Room" room
      WHERE "deletedAt" IS NULL AND ($1::text IS NULL OR name ILIKE $1)
        AND ($2::uuid IS NULL OR (lower(name), id) > (SELECT lower(name), id FROM "Room" WHERE id = $2))
      ORDER BY lower(name), id LIMIT $3`,
    values: [sought, after ?? null, limit === null ? null : limit + 1],
  });
  const page = rows.slice(0, limit ?? undefined);
  return {
    rooms: page.map((row) => ({ ...row, archivedAt: row.archivedAt?.toISOString() ?? null })),
    next: rows.length > page.length ? (page.at(-1)?.id ?? null) : null,
  };
}

/** Deletes any room but the lobby. @returns null when there is none. */
export async function deleteAnyRoom(by: Administrator, ref: string): Promise<{ id: string; name: string } | null> {
  requireAdministrator(by);
  const where = readRoomRef(ref);
  const room = where && (await shared().prisma.room.findFirst({ where: { ...where, deletedAt: null } }));
  if (!room || !(await markRoomDeleted(room.id))) return null;
  log.info({ by: by === "operator" ? by : by.id, roomId: room.id }, "A room was deleted.");
  return { id: room.id, name: room.name };
}
