import { randomBytes } from "node:crypto";
import { z } from "zod";
import type { Room } from "@/protocol/frames";
import { config } from "@/server/config";
import type { Prisma } from "@/server/db/generated/client";
import { shared } from "@/server/shared";
import { admitToRoom, wasRemoved } from "./admission";
import { email, newInvite, parse } from "./fields";
import { lockRoom, requireMembership } from "./memberships";
import { canInvite, canInviteToServer, canRevokeInvite, canUpdate } from "./permissions";
import { Refused } from "./refused";
import { findRoomRow, type RoomSummary, toRoom } from "./room-summary";
import { requireRoom } from "./rooms";
import { sha256 } from "./sha256";
import { isUuid } from "./slugs";
import type { Viewer } from "./viewer";

const SECRET_BYTES = 24;
const HOUR_MS = 60 * 60 * 1_000;

export type NewInvite = { id: string; token: string; url: string; expiresAt: string; maxUses: number | null };
export type Invite = {
  id: string;
  room: { slug: string; name: string } | null;
  invitedBy: string;
  expiresAt: string;
  /** How many people it admits; null for any number. */
  maxUses: number | null;
  /** How many people it admitted. */
  uses: number;
};
/** What an invite that still admits says to its holder. */
export type Invitation = { room?: { name: string }; invitedBy: string; expiresAt: string };
export type OpenInvite = { id: string; roomId: string | null };

/**
 * Makes a link that lets its holder sign up and, with a room, admits them to it.
 * @param input.expiresInHours 1 hour to 30 days; a week when not given.
 * @param input.maxUses how many people it admits, 1 to 1,000; any number when not given.
 */
export async function createInvite(
  viewer: Viewer,
  input: { room?: string; expiresInHours?: number; maxUses?: number | null } = {},
): Promise<NewInvite> {
  const { room: ref, expiresInHours, maxUses } = parse(newInvite, input);
  const room = ref === undefined ? null : await requireRoom(viewer, ref);
  requireMayInvite(viewer, room);
  const token = randomBytes(SECRET_BYTES).toString("base64url");
  const expiresAt = new Date(Date.now() + expiresInHours * HOUR_MS);
  const { id } = await shared().prisma.$transaction(async (tx) => {
    // One after the other for each person: of many at once no more are made than one may have.
    await tx.$executeRaw`SELECT id FROM "User" WHERE id = ${viewer.id}::uuid FOR NO KEY UPDATE`;
    await refuseTooManyInvites(tx, viewer);
    if (room) {
      await lockRoom(tx, room.id);
      await requireMembership(tx, room.id, viewer.id);
    }
    return tx.invite.create({
      data: { tokenHash: sha256(token), roomId: room?.id ?? null, createdById: viewer.id, expiresAt, maxUses },
    });
  });
  return { id, token, url: `${config().publicUrl}/invite/${token}`, expiresAt: expiresAt.toISOString(), maxUses };
}

/**
 * A link for one person whom the viewer knows by their e-mail address, for the viewer to send there. The address is not
 * looked up: the answer says nothing about accounts, and the reader of that mailbox gets in, with any account
 * (docs/decisions/adding-people.md).
 */
export async function inviteByEmail(viewer: Viewer, room: string, given: string): Promise<NewInvite> {
  parse(z.object({ email }), { email: given });
  return createInvite(viewer, { room, maxUses: 1 });
}

/** The links that still admit: one's own; with a room, all of that room's to who may change it. */
export async function listInvites(viewer: Viewer, ref?: string): Promise<Invite[]> {
  const room = ref === undefined ? null : await requireRoom(viewer, ref);
  const seesAll = room ? canUpdate(viewer, room) : false;
  const invites = await shared().prisma.invite.findMany({
    where: { ...stillOpen(), ...(room && { roomId: room.id }), ...(!seesAll && { createdById: viewer.id }) },
    include: { room: { select: { slug: true, name: true } }, createdBy: { select: { name: true } } },
    orderBy: { id: "asc" },
  });
  return invites.map(({ id, room, createdBy, expiresAt, maxUses, uses }) => ({
    id,
    room,
    invitedBy: createdBy.name,
    expiresAt: expiresAt.toISOString(),
    maxUses,
    uses,
  }));
}

/** Ends a link; one that has ended already stays so. */
export async function revokeInvite(viewer: Viewer, id: string): Promise<void> {
  const invite = isUuid(id) ? await shared().prisma.invite.findUnique({ where: { id } }) : null;
  const room = invite?.roomId ? await findRoomRow(viewer, invite.roomId) : null;
  if (!invite || !canRevokeInvite(viewer, invite, room)) throw new Refused("not_found", "There is no such invite.");

  await shared().prisma.invite.updateMany({ where: { id, revokedAt: null }, data: { revokedAt: new Date() } });
}

/** What the link admits to; null when it does not, or not any more. Needs no account. */
export async function findInvite(token: string): Promise<Invitation | null> {
  const invite = await shared().prisma.invite.findFirst({
    where: { tokenHash: hashOf(token), ...stillOpen() },
    include: { room: { select: { name: true } }, createdBy: { select: { name: true } } },
  });
  if (!invite) return null;
  const { room, createdBy, expiresAt } = invite;
  return { ...(room && { room }), invitedBy: createdBy.name, expiresAt: expiresAt.toISOString() };
}

/**
 * A member of the room uses nothing up.
 * @returns the room that it admitted to; null when the link is for signing up alone.
 * @throws Refused "invite_invalid"; "forbidden" for somebody who was removed from the room.
 */
export async function acceptInvite(viewer: Viewer, token: string): Promise<Room | null> {
  const room = await findRoomOfInvite(viewer, token);
  if (room) return room;
  const invite = await requireInvite(token);
  await acceptOpenInvite(viewer, invite);
  return invite.roomId ? toRoom(await requireRoom(viewer, invite.roomId)) : null;
}

/** The room that an invite leads to, once the viewer is in it: also when they were the last whom it admits. */
export async function findRoomOfInvite(viewer: Viewer, token: string): Promise<Room | null> {
  const invite = await shared().prisma.invite.findFirst({
    where: { tokenHash: hashOf(token), ...notEnded() },
    select: { roomId: true },
  });
  const room = invite?.roomId ? await findRoomRow(viewer, invite.roomId) : null;
  return room?.joined ? toRoom(room) : null;
}

/** The same for an invite that was found before. One without a room does nothing for an account that exists. */
export async function acceptOpenInvite(viewer: Viewer, invite: OpenInvite): Promise<void> {
  if (!invite.roomId) return;
  try {
    await shared().prisma.$transaction((tx) => admit(tx, viewer.id, invite));
  } catch (error) {
    if (!(error instanceof AlreadyMember)) throw error;
  }
}

/** @throws Refused "invite_invalid" for a link that expired, was revoked, or never was. */
export async function requireInvite(token: string): Promise<OpenInvite> {
  const invite = await shared().prisma.invite.findFirst({
    where: { tokenHash: hashOf(token), ...stillOpen() },
    select: { id: true, roomId: true },
  });
  if (!invite) throw noLongerGood();
  return invite;
}

/** A link's token has 32 characters; no more than that many times over is looked at. */
function hashOf(token: string): string {
  return sha256(token.slice(0, 10 * SECRET_BYTES));
}

/** Thrown so that a member uses nothing up. */
class AlreadyMember extends Error {}

/**
 * Makes the user a member of an invite's room and uses the invite up by one. The use is counted by the statement that
 * allows it: of many at once no more get in than it admits, for what is thrown takes the membership back. The room is
 * locked before the invite, as by those who remove people with their invites: neither waits for the other.
 * @throws Refused "invite_invalid"; "forbidden" for somebody who was removed. AlreadyMember.
 */
export async function admit(tx: Prisma.TransactionClient, userId: string, { id, roomId }: OpenInvite): Promise<void> {
  const admission = roomId ? await admitToRoom(tx, { roomId, userId }) : "admitted";
  if (admission === "member") throw new AlreadyMember();
  if (admission === "removed") throw wasRemoved(await tx.room.findUniqueOrThrow({ where: { id: roomId ?? "" } }));

  const used = await tx.$executeRaw`
    UPDATE "Invite" SET uses = uses + 1
    WHERE id = ${id}::uuid AND "revokedAt" IS NULL AND "expiresAt" > ${new Date()}
      AND ("maxUses" IS NULL OR uses < "maxUses")`;
  if (used === 0 || admission === "shut") throw noLongerGood();
}

function noLongerGood(): Refused {
  return new Refused("invite_invalid", "This invite is no longer good: ask for a new one.");
}

function requireMayInvite(viewer: Viewer, room: RoomSummary | null): void {
  if (room ? canInvite(room) : canInviteToServer(viewer)) return;
  if (room?.archivedAt) throw new Refused("archived", "This room is archived: nobody joins it any more.");
  throw new Refused(
    "forbidden",
    room ? "Join the room before you invite people to it." : "Only the owner can invite to Adda as a whole.",
  );
}

async function refuseTooManyInvites(tx: Prisma.TransactionClient, viewer: Viewer): Promise<void> {
  const invites = await tx.invite.count({ where: { createdById: viewer.id, ...stillOpen() } });
  if (invites < config().invitesPerUser) return;
  throw new Refused("too_many", `You have ${invites} open invites, which is the most: revoke one first.`);
}

/** An archived room admits nobody; its links do again when it comes back. A deleted room is archived for good. */
function notEnded() {
  return {
    revokedAt: null,
    expiresAt: { gt: new Date() },
    createdBy: { deactivatedAt: null },
    OR: [{ roomId: null }, { room: { archivedAt: null } }],
  };
}

/** It has not ended, and may be used once more. */
function stillOpen() {
  const { maxUses } = shared().prisma.invite.fields;
  return { AND: [notEnded(), { OR: [{ maxUses: null }, { uses: { lt: maxUses } }] }] };
}
