import type { Room } from "@/protocol/frames";
import type { Prisma } from "@/server/db/generated/client";
import { shared } from "@/server/shared";
import { newRoom, parse, roomChanges } from "./fields";
import { canSee, canUpdate } from "./permissions";
import { Refused } from "./refused";
import { refuseTooManyRooms } from "./room-limits";
import { findRoomRow, type RoomSummary, toRoom } from "./room-summary";
import { isUuid, slugCandidates, slugOf } from "./slugs";
import type { Viewer } from "./viewer";

export type { RoomSummary };

export type NewRoom = { name: string; topic?: string; kind?: Room["kind"] };
export type RoomChanges = Partial<NewRoom> & { archived?: boolean };

/**
 * @param ref a slug or an id.
 * @throws Refused "not_found", the same for a room that does not exist and for one that may not be seen.
 */
export async function requireRoom(viewer: Viewer, ref: string): Promise<RoomSummary> {
  const room = await findRoomRow(viewer, ref);
  if (!room || !canSee(room)) throw noSuchRoom();
  return room;
}

/** Opens a room with the viewer as its owner. */
export async function createRoom(viewer: Viewer, input: NewRoom): Promise<RoomSummary> {
  const room = parse(newRoom, input);

  const id = await shared().prisma.$transaction(async (tx) => {
    await refuseTooManyRooms(tx, viewer.id);
    const created = await insertRoom(tx, { ...room, createdById: viewer.id });
    await tx.membership.create({ data: { roomId: created, userId: viewer.id, role: "owner" } });
    return created;
  });
  return requireRoom(viewer, id);
}

/** Renames, archives and so on. The slug stays: a link to the room goes on leading there. */
export async function updateRoom(viewer: Viewer, ref: string, input: RoomChanges): Promise<RoomSummary> {
  const { archived, ...changes } = parse(roomChanges, input);
  const room = await requireRoom(viewer, ref);
  if (!canUpdate(viewer, room)) throw new Refused("forbidden", "Only an owner of the room can change it.");

  const archivedAt = archived === undefined ? undefined : archived ? (room.archivedAt ?? new Date()) : null;
  const { count } = await shared().prisma.room.updateMany({
    where: { id: room.id, deletedAt: null },
    data: { ...changes, archivedAt },
  });
  if (count === 0) throw noSuchRoom();

  // Not asked again whether it may be seen: the owner of the server may have closed a room that they are not in.
  const updated = (await findRoomRow(viewer, room.id)) ?? room;
  shared().backplane.publish(room.id, { type: "room", room: toRoom(updated) });
  return updated;
}

/** Remembers that the viewer is looking at this room, so that it opens first next time. */
export async function rememberVisit(viewer: Viewer, roomId: string): Promise<void> {
  if (!isUuid(roomId)) throw noSuchRoom();
  await shared().prisma.membership.updateMany({
    where: { roomId, userId: viewer.id },
    data: { visitedAt: new Date() },
  });
}

/** The room visited last; for somebody who visited none, the first one joined. */
export async function findLastRoom(viewer: Viewer): Promise<Room | null> {
  const last = await shared().prisma.membership.findFirst({
    where: { userId: viewer.id, room: { archivedAt: null } },
    orderBy: [{ visitedAt: { sort: "desc", nulls: "last" } }, { joinedAt: "asc" }, { roomId: "asc" }],
    select: { roomId: true },
  });
  const room = last && (await findRoomRow(viewer, last.roomId));
  return room && toRoom(room);
}

function noSuchRoom(): Refused {
  return new Refused("not_found", "There is no such room, or none that you may see.");
}

type RoomFields = { name: string; topic: string; kind: Room["kind"]; createdById: string };

/** Takes the first free slug. Of two that race for one, the database lets one have it; the other goes on. */
async function insertRoom(tx: Prisma.TransactionClient, fields: RoomFields): Promise<string> {
  const base = slugOf(fields.name);
  const taken = await tx.room.findMany({ where: { slug: { startsWith: base } }, select: { slug: true } });
  const takenSlugs = new Set(taken.map((room) => room.slug));

  for (const slug of slugCandidates(base)) {
    if (takenSlugs.has(slug)) continue;
    const [room] = await tx.room.createManyAndReturn({
      data: [{ ...fields, slug }],
      skipDuplicates: true,
      select: { id: true },
    });
    if (room) return room.id;
  }
  throw new Error("unreachable: slug candidates do not end");
}
