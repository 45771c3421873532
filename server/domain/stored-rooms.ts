import type { Room } from "@/protocol/frames";
import { batched } from "@/server/db/batched";
import { shared } from "@/server/shared";

/** A room as the database has it, deleted or not: the number of its last change, what it is called, and how it looks. */
export type StoredRoom = Pick<Room, "seq" | "name" | "topic" | "kind" | "picture" | "archivedAt"> & {
  isDeleted: boolean;
};

type StoredRow = Omit<StoredRoom, "archivedAt"> & { id: string; archivedAt: Date | null };

/** The address of a room's picture: browsers keep what an address gave, so each picture has its own. */
export const ROOM_PICTURE = `'/pictures/room/' || id || '?v=' || right("pictureId"::text, 8) AS picture`;

/** These rooms, by id: one query, however many. */
export async function findStoredRooms(roomIds: readonly string[]): Promise<Map<string, StoredRoom>> {
  const { rows } = await shared().pool.query<StoredRow>({
    name: "stored-rooms",
    text: `SELECT id, "lastSeq" AS seq, name, topic, kind, ${ROOM_PICTURE}, "archivedAt", "deletedAt" IS NOT NULL AS "isDeleted"
           FROM "Room" WHERE id = ANY($1::uuid[])`,
    values: [roomIds],
  });
  return new Map(rows.map(({ id, archivedAt, ...head }) => [id, { ...head, archivedAt: toIso(archivedAt) }]));
}

/** The same for one room; when many are opened at once they are looked up together. */
export const findStoredRoom = batched(findStoredRooms);

function toIso(moment: Date | null): string | null {
  return moment?.toISOString() ?? null;
}
