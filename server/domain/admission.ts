import type { Prisma } from "@/server/db/generated/client";
import { Refused } from "./refused";
import type { RoomSummary } from "./room-summary";

/** What became of an attempt to make somebody a member. "shut": the room is archived, deleted or takes members by invite. */
export type Admission = "admitted" | "member" | "removed" | "shut";

type Coming = { roomId: string; userId: string; addedById?: string; isJoining?: boolean };

/**
 * Makes somebody a member of a room. It locks the room's row first and reads everything else after it: nobody gets in
 * who is being removed, or whose room is being deleted, at the same time.
 * @param isJoining only a public room is joined; people are added and invited to private ones too.
 */
export async function admitToRoom(
  tx: Prisma.TransactionClient,
  { roomId, userId, addedById, isJoining = false }: Coming,
): Promise<Admission> {
  const room = await tx.$queryRaw<unknown[]>`
    SELECT id FROM "Room"
    WHERE id = ${roomId}::uuid AND "archivedAt" IS NULL AND "deletedAt" IS NULL AND (kind = 'open' OR NOT ${isJoining})
    FOR KEY SHARE`;
  if (room.length === 0) return "shut";
  const removal = await tx.removal.findUnique({ where: { roomId_userId: { roomId, userId } } });
  if (removal) return "removed";
  const { count } = await tx.membership.createMany({ data: [{ roomId, userId, addedById }], skipDuplicates: true });
  return count === 1 ? "admitted" : "member";
}

/** The refusal for somebody who was removed, whichever way they try to come back. */
export function wasRemoved({ id, name }: Pick<RoomSummary, "id" | "name">): Refused {
  const sentence = `You were removed from #${name}. Ask a room owner to add you again.`;
  return new Refused("forbidden", sentence, { roomId: id });
}
