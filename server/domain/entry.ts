import { batched } from "@/server/db/batched";
import { shared } from "@/server/shared";
import { joinRoom } from "./memberships";
import { isUuid, readRoomRef } from "./slugs";
import { findStoredRoom } from "./stored-rooms";
import type { Viewer } from "./viewer";

/** `seq` is the number of the room's last change, read after the viewer asked. */
export type Entry = { id: string; slug: string; seq: number };

/**
 * Lets a viewer into a room, as `join` on a socket does: a member as they are, anybody else by joining
 * an open room. When ten thousand come back at once, members are looked up many at a time.
 * @throws Refused not_found, archived.
 */
export async function enterRoom(viewer: Viewer, ref: string): Promise<Entry> {
  const { id, slug, seq } = (await findMine(viewer.id, ref)) ?? (await joinRoom(viewer, ref));
  return { id, slug, seq };
}

/** Whether a user is a member still; for those who listen for long. */
export async function isMember(userId: string, roomId: string): Promise<boolean> {
  return (await findMine(userId, roomId)) !== undefined;
}

/** Why somebody who was in a room is not any more, when nobody said. */
export async function findEndOf(roomId: string): Promise<"removed" | "deleted"> {
  return (await findStoredRoom(roomId))?.isDeleted ? "deleted" : "removed";
}

/** What no room can be called by never reaches the query: it would fail for all who are looked up with it. */
async function findMine(userId: string, ref: string): Promise<Entry | undefined> {
  const by = readRoomRef(ref);
  return by ? findEntry(keyOf(userId, "id" in by ? by.id : by.slug)) : undefined;
}

const findEntry = batched<string, Entry>(async (keys) => {
  const asked = keys.map((key) => ({ userId: key.slice(0, 36), ref: key.slice(36) }));
  const { rows } = await shared().pool.query<Entry & { key: string }>({
    name: "find-entries",
    text: `
      SELECT asked.key, r.id, r.slug, r."lastSeq" AS seq
      FROM unnest($1::text[], $2::uuid[], $3::uuid[], $4::text[]) AS asked(key, "userId", id, slug)
      JOIN "Room" r ON (r.id = asked.id OR r.slug = asked.slug) AND r."deletedAt" IS NULL
      JOIN "Membership" m ON m."roomId" = r.id AND m."userId" = asked."userId"`,
    values: [
      keys,
      asked.map(({ userId }) => userId),
      asked.map(({ ref }) => (isUuid(ref) ? ref : null)),
      asked.map(({ ref }) => (isUuid(ref) ? null : ref)),
    ],
  });
  return new Map(rows.map(({ key, ...entry }) => [key, entry]));
});

/** A user's id is a UUID, so the rest of the key is the room's slug or id. */
function keyOf(userId: string, ref: string): string {
  return userId + ref;
}
