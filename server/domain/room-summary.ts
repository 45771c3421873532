import type { Room } from "@/protocol/frames";
import type { RoomSummary } from "@/protocol/rooms";
import { shared } from "@/server/shared";
import { readRoomRef } from "./slugs";
import { ROOM_PICTURE } from "./stored-rooms";
import type { Viewer } from "./viewer";

export type { RoomSummary };

export type RoomRow = Omit<RoomSummary, "archivedAt" | "joined"> & { archivedAt: Date | null };

/** Counting below the row keeps the count to this room's members, whatever else the table holds. */
export const ROOM_COLUMNS = `
  room.id, room.slug, room.name, room.topic, room.kind, room."lastSeq" AS seq, room."archivedAt", ${ROOM_PICTURE},
  (SELECT count(*)::int FROM "Membership" WHERE "roomId" = room.id) AS members,
  (SELECT role FROM "Membership" WHERE "roomId" = room.id AND "userId" = $1) AS role`;

const BY_ID = `SELECT ${ROOM_COLUMNS} FROM "Room" room WHERE room.id = $2 AND room."deletedAt" IS NULL`;
const BY_SLUG = `SELECT ${ROOM_COLUMNS} FROM "Room" room WHERE room.slug = $2 AND room."deletedAt" IS NULL`;

const NOBODY = "00000000-0000-0000-0000-000000000000";

/** Whether the viewer may see it is for the caller to ask. */
export async function findRoomRow(viewer: Viewer, ref: string): Promise<RoomSummary | null> {
  const by = readRoomRef(ref);
  if (!by) return null;

  const { rows } = await shared().pool.query<RoomRow>(
    "id" in by
      ? { name: "room-by-id", text: BY_ID, values: [viewer.id, by.id] }
      : { name: "room-by-slug", text: BY_SLUG, values: [viewer.id, by.slug] },
  );
  return rows[0] ? toSummary(rows[0]) : null;
}

/** The room as everybody sees it, whoever asks. */
export async function findRoom(id: string): Promise<Room | null> {
  const { rows } = await shared().pool.query<RoomRow>({ name: "room-by-id", text: BY_ID, values: [NOBODY, id] });
  return rows[0] ? toRoom(toSummary(rows[0])) : null;
}

/** The room as everybody sees it, without the viewer's part in it. */
export function toRoom({ id, slug, name, topic, kind, seq, members, picture, archivedAt }: RoomSummary): Room {
  return { id, slug, name, topic, kind, seq, members, picture, archivedAt };
}

export function toSummary(row: RoomRow): RoomSummary {
  return { ...row, archivedAt: row.archivedAt?.toISOString() ?? null, joined: row.role !== null };
}
