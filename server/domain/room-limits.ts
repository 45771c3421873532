import { config } from "@/server/config";
import type { Prisma } from "@/server/db/generated/client";
import { Refused } from "./refused";

/** How long the rows and the files of a deleted room are kept: time for an operator to notice a mistake. */
export const DELETED_ROOM_KEPT_DAYS = 30;

const HOUR_MS = 60 * 60 * 1_000;
const MINUTE_MS = 60 * 1_000;

type Created = { rooms: number; recent: number; firstRecentAt: Date | null };

/**
 * Refuses a room beyond what one person may create, in all and within an hour. Archived rooms count, and deleted ones
 * until they are purged: each is a row that everybody's lists and searches pass over.
 * Call it in the transaction that creates the room: of many at once each counts those before it.
 * @throws Refused too_many, rate_limited.
 */
export async function refuseTooManyRooms(tx: Prisma.TransactionClient, userId: string): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`rooms ${userId}`}, 0))`;
  const [created] = await tx.$queryRaw<Created[]>`
    SELECT count(*)::int AS rooms, count(*) FILTER (WHERE is_recent)::int AS recent,
      min("createdAt") FILTER (WHERE is_recent) AS "firstRecentAt"
    FROM (
      SELECT "createdAt", "createdAt" > now() - interval '1 hour' AS is_recent
      FROM "Room" WHERE "createdById" = ${userId}::uuid
    ) room`;
  const { rooms, recent, firstRecentAt } = created ?? { rooms: 0, recent: 0, firstRecentAt: null };

  const { roomsPerUser, roomsPerUserPerHour } = config();
  if (rooms >= roomsPerUser) {
    const counted = `Archived rooms count, and deleted rooms for ${DELETED_ROOM_KEPT_DAYS} days.`;
    throw new Refused("too_many", `Limit of ${roomsPerUser} rooms reached. ${counted}`);
  }
  if (recent >= roomsPerUserPerHour && firstRecentAt) {
    const retryAfterMs = Math.max(MINUTE_MS, firstRecentAt.getTime() + HOUR_MS - Date.now());
    const wait = `Try again in ${Math.ceil(retryAfterMs / MINUTE_MS)} minutes.`;
    throw new Refused("rate_limited", `Limit of ${roomsPerUserPerHour} new rooms an hour reached. ${wait}`, {
      retryAfterMs,
    });
  }
}
