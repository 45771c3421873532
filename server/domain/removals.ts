import type { Person } from "@/protocol/frames";
import { PAGE_MAX_SIZE } from "@/protocol/limits";
import { shared } from "@/server/shared";
import { canUpdate } from "./permissions";
import { Refused } from "./refused";
import { requireRoom } from "./rooms";
import { isUuid } from "./slugs";
import type { Viewer } from "./viewer";

/** Somebody who was removed from a room and cannot join it. */
export type RemovedPerson = Person & { removedAt: string; removedBy: string | null };

/** Who was removed from a room, the newest first: the last 200. @throws Refused not_found, forbidden. */
export async function listRemoved(viewer: Viewer, ref: string): Promise<RemovedPerson[]> {
  const roomId = await requireOwnRoom(viewer, ref);
  const removals = await shared().prisma.removal.findMany({
    where: { roomId },
    orderBy: [{ removedAt: "desc" }, { userId: "asc" }],
    take: PAGE_MAX_SIZE,
    select: {
      removedAt: true,
      user: { select: { id: true, name: true } },
      removedBy: { select: { name: true } },
    },
  });
  return removals.map(({ user, removedAt, removedBy }) => ({
    ...user,
    removedAt: removedAt.toISOString(),
    removedBy: removedBy?.name ?? null,
  }));
}

/** Lets somebody join again; who was not removed may anyway. @throws Refused not_found, forbidden. */
export async function allowAgain(viewer: Viewer, ref: string, userId: string): Promise<void> {
  const roomId = await requireOwnRoom(viewer, ref);
  if (!isUuid(userId)) return;
  await shared().prisma.removal.deleteMany({ where: { roomId, userId } });
}

/** Whether the viewer was removed from a room and cannot join it. */
export async function isRemoved(viewer: Viewer, roomId: string): Promise<boolean> {
  const userId = viewer.id;
  return (await shared().prisma.removal.findUnique({ where: { roomId_userId: { roomId, userId } } })) !== null;
}

async function requireOwnRoom(viewer: Viewer, ref: string): Promise<string> {
  const room = await requireRoom(viewer, ref);
  if (!canUpdate(viewer, room)) throw new Refused("forbidden", "Only a room owner sees who was removed.");
  return room.id;
}
