import type { Person } from "@/protocol/frames";
import { shared } from "@/server/shared";
import { containing, folded } from "./like";
import { canInvite, canUpdate } from "./permissions";
import { Refused } from "./refused";
import type { RoomSummary } from "./room-summary";
import { requireRoom } from "./rooms";
import { isUuid } from "./slugs";
import type { Viewer } from "./viewer";

const FOUND_MAX = 10;

/** They see each other's names already: in the lists of the members of a room that both are in. */
const SHARES_ROOM = `EXISTS (
  SELECT FROM "Membership" mine JOIN "Membership" theirs ON theirs."roomId" = mine."roomId"
  WHERE mine."userId" = $1 AND theirs."userId" = u.id)`;

const CANDIDATES = `
  SELECT u.id, u.name FROM "User" u
  WHERE u.role <> 'system' AND u."deactivatedAt" IS NULL AND ${folded("u.name")} LIKE (SELECT ${folded("$3::text")}) AND ${SHARES_ROOM}
    AND NOT EXISTS (SELECT FROM "Membership" m WHERE m."roomId" = $2 AND m."userId" = u.id)
  ORDER BY lower(u.name), u.id LIMIT ${FOUND_MAX}`;

/** $3 is a room that the viewer owns: whom they removed from it they can add again. */
const ACQUAINTANCE = `
  SELECT u.id, u.name FROM "User" u
  WHERE u.id = $2 AND u.role <> 'system' AND u."deactivatedAt" IS NULL AND (${SHARES_ROOM}
    OR EXISTS (SELECT FROM "Removal" r WHERE r."roomId" = $3::uuid AND r."userId" = u.id))`;

/**
 * Up to ten people by name whom the viewer could add to a room: they share a room with the viewer, and are not in this one.
 * @throws Refused not_found, forbidden.
 */
export async function findCandidates(viewer: Viewer, ref: string, query: string): Promise<Person[]> {
  const room = await requireRoom(viewer, ref);
  if (!canInvite(room)) throw new Refused("forbidden", "Join the room before you add somebody to it.");
  const { rows } = await shared().pool.query<Person>({
    name: "find-candidates",
    text: CANDIDATES,
    values: [viewer.id, room.id, containing(query)],
  });
  return rows;
}

/**
 * Somebody who shares a room with the viewer, or whom the owners of `room` removed, when the viewer is one of them.
 * @throws Refused not_found, the same for everybody else.
 */
export async function requireAcquaintance(viewer: Viewer, room: RoomSummary, userId: string): Promise<Person> {
  if (!isUuid(userId)) throw new Refused("invalid", "userId is a person's id.", { field: "userId" });
  const { rows } = await shared().pool.query<Person>({
    name: "acquaintance",
    text: ACQUAINTANCE,
    values: [viewer.id, userId, canUpdate(viewer, room) ? room.id : null],
  });
  if (rows[0]) return rows[0];
  throw new Refused("not_found", "Nobody with this id shares a room with you. Send an invite link instead.");
}

/** The name of the person who added the viewer to a room; null after the viewer joined or said that they stay. */
export async function findAdder(viewer: Viewer, roomId: string): Promise<string | null> {
  const membership = await shared().prisma.membership.findUnique({
    where: { roomId_userId: { roomId, userId: viewer.id } },
    select: { addedBy: { select: { name: true } } },
  });
  return membership?.addedBy?.name ?? null;
}
