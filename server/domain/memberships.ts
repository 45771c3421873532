import type { Person } from "@/protocol/frames";
import { PAGE_MAX_SIZE } from "@/protocol/limits";
import type { Prisma } from "@/server/db/generated/client";
import { shared } from "@/server/shared";
import { requireAcquaintance } from "./acquaintances";
import { admitToRoom, wasRemoved } from "./admission";
import { canInvite, canJoin, canRemove, canUpdate } from "./permissions";
import { Refused } from "./refused";
import type { RoomSummary } from "./room-summary";
import { requireRoom } from "./rooms";
import { isUuid } from "./slugs";
import type { Viewer } from "./viewer";

export type Member = Person & { role: "owner" | "member"; deactivated?: true };

/** Joins a public room. A member who joins again stays one, and confirms it if somebody else added them. */
export async function joinRoom(viewer: Viewer, ref: string): Promise<RoomSummary> {
  const room = await requireRoom(viewer, ref);
  const { prisma } = shared();
  if (room.joined) {
    const where = { roomId: room.id, userId: viewer.id, addedById: { not: null } };
    await prisma.membership.updateMany({ where, data: { addedById: null } });
    return room;
  }
  if (!canJoin(room)) throw archived();

  const coming = { roomId: room.id, userId: viewer.id, isJoining: true };
  if ((await prisma.$transaction((tx) => admitToRoom(tx, coming))) === "removed") throw wasRemoved(room);
  const joined = await requireRoom(viewer, room.id);
  if (!joined.joined) throw archived();
  return joined;
}

/**
 * Leaves a room, and ends the links that the leaver made to it; who is no member already left. The last
 * owner hands the room to its oldest member.
 */
export async function leaveRoom(viewer: Viewer, ref: string): Promise<void> {
  const room = await requireRoom(viewer, ref);
  if (!room.joined) return;

  await shared().prisma.$transaction(async (tx) => {
    await lockRoom(tx, room.id);
    await handOver(tx, room, viewer.id);
    await tx.membership.deleteMany({ where: { roomId: room.id, userId: viewer.id } });
    await revokeInvitesOf(tx, room.id, viewer.id);
  });
  shared().backplane.publish(room.id, { type: "membership-ended", userId: viewer.id, reason: "left" });
}

/**
 * Any member adds somebody with whom they share a room, to a private room too. They may be in the room already.
 * @throws Refused not_found, the same for an id that nobody has and for somebody who shares no room with the viewer.
 */
export async function addMember(viewer: Viewer, ref: string, userId: string): Promise<Person> {
  const room = await requireRoom(viewer, ref);
  if (!room.joined) throw new Refused("forbidden", "Join the room before you add somebody to it.");
  if (!canInvite(room)) throw archived();
  const person = await requireAcquaintance(viewer, room, userId);

  const admission = await shared().prisma.$transaction(async (tx) => {
    if (canUpdate(viewer, room)) await tx.removal.deleteMany({ where: { roomId: room.id, userId: person.id } });
    const admission = await admitToRoom(tx, { roomId: room.id, userId: person.id, addedById: viewer.id });
    // Asked under the room's lock: somebody who was just removed adds nobody.
    if (admission !== "shut") await requireMembership(tx, room.id, viewer.id);
    return admission;
  });
  if (admission === "removed") {
    throw new Refused(
      "forbidden",
      `${person.name} was removed from #${room.name}. Only a room owner can add them again.`,
    );
  }
  if (admission === "shut") {
    await requireRoom(viewer, room.id);
    throw archived();
  }
  return person;
}

/** Removes somebody: the links that they made end, and they cannot come back until an owner adds them again. */
export async function removeMember(viewer: Viewer, ref: string, userId: string): Promise<void> {
  if (userId === viewer.id) return leaveRoom(viewer, ref);
  const room = await requireRoom(viewer, ref);

  await shared().prisma.$transaction(async (tx) => {
    await lockRoom(tx, room.id);
    const member = await requireMembership(tx, room.id, userId);
    if (!canRemove(viewer, room, member))
      throw new Refused("forbidden", "Only an owner of the room can remove people.");

    await handOver(tx, room, userId);
    await tx.membership.deleteMany({ where: { roomId: room.id, userId } });
    await revokeInvitesOf(tx, room.id, userId);
    await tx.removal.createMany({ data: [{ roomId: room.id, userId, removedById: viewer.id }], skipDuplicates: true });
  });
  shared().backplane.publish(room.id, { type: "membership-ended", userId, reason: "removed" });
}

/** A page of the members, those who joined first first; `after` is the id of the last one seen. */
export async function listMembers(
  viewer: Viewer,
  ref: string,
  { after, limit = PAGE_MAX_SIZE }: { after?: string; limit?: number } = {},
): Promise<{ people: Member[]; more: boolean }> {
  const room = await requireRoom(viewer, ref);
  if (after !== undefined && !isUuid(after))
    throw new Refused("invalid", "after is a person's id.", { field: "after" });

  const rows = await shared().prisma.membership.findMany({
    where: { roomId: room.id },
    orderBy: [{ joinedAt: "asc" }, { userId: "asc" }],
    ...(after && { cursor: { roomId_userId: { roomId: room.id, userId: after } }, skip: 1 }),
    take: limit + 1,
    select: { role: true, user: { select: { id: true, name: true, deactivatedAt: true } } },
  });
  const people = rows.slice(0, limit).map(({ role, user: { deactivatedAt, ...person } }) => ({
    ...person,
    role,
    ...(deactivatedAt && ({ deactivated: true } as const)),
  }));
  return { people, more: rows.length > limit };
}

async function revokeInvitesOf(tx: Prisma.TransactionClient, roomId: string, userId: string): Promise<void> {
  const where = { roomId, createdById: userId, revokedAt: null };
  await tx.invite.updateMany({ where, data: { revokedAt: new Date() } });
}

/**
 * Serializes those who leave, are removed, join and invite: the last two owners must not both believe that the other
 * stays, nobody who is gone may leave a link behind, and nobody joins in the moment in which they are removed.
 */
export async function lockRoom(tx: Prisma.TransactionClient, roomId: string): Promise<void> {
  await tx.$queryRaw`SELECT id FROM "Room" WHERE id = ${roomId}::uuid FOR UPDATE`;
}

/** Sees to it that a room has an owner when this member is gone. */
async function handOver(tx: Prisma.TransactionClient, room: RoomSummary, leavingId: string): Promise<void> {
  const stay = await tx.membership.findMany({
    where: { roomId: room.id, userId: { not: leavingId } },
    orderBy: [{ role: "asc" }, { joinedAt: "asc" }, { userId: "asc" }],
    take: 1,
  });
  const [heir] = stay;
  if (!heir && room.kind === "closed") {
    throw new Refused(
      "conflict",
      "You are the last one in this private room: nobody could return. Archive or delete it instead.",
    );
  }
  if (!heir || heir.role === "owner") return;

  await tx.membership.update({
    where: { roomId_userId: { roomId: room.id, userId: heir.userId } },
    data: { role: "owner" },
  });
}

export async function requireMembership(tx: Prisma.TransactionClient, roomId: string, userId: string) {
  const member = isUuid(userId)
    ? await tx.membership.findUnique({ where: { roomId_userId: { roomId, userId } } })
    : null;
  if (!member) throw new Refused("not_found", "This person is not in the room.");
  return member;
}

function archived(): Refused {
  return new Refused("archived", "This room is archived: nobody joins it any more.");
}
