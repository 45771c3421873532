import type { Room } from "@/protocol/frames";
import { batched } from "@/server/db/batched";
import { shared } from "@/server/shared";

/** What a room says of itself, and the number of its last change. */
export type RoomHead = Pick<Room, "seq" | "name" | "topic" | "kind" | "archivedAt">;

type HeadRow = Omit<RoomHead, "archivedAt"> & { id: string; archivedAt: Date | null };

/** The heads of these rooms, by id: one query, however many. */
export async function findRoomHeads(roomIds: readonly string[]): Promise<Map<string, RoomHead>> {
  const { rows } = await shared().pool.query<HeadRow>({
    name: "room-heads",
    text: `SELECT id, "lastSeq" AS seq, name, topic, kind, "archivedAt" FROM "Room" WHERE id = ANY($1::uuid[])`,
    values: [roomIds],
  });
  return new Map(rows.map(({ id, archivedAt, ...head }) => [id, { ...head, archivedAt: toIso(archivedAt) }]));
}

/** The same for one room; when many are opened at once they are looked up together. */
export const findRoomHead = batched(findRoomHeads);

function toIso(moment: Date | null): string | null {
  return moment?.toISOString() ?? null;
}
