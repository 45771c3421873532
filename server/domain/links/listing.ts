import { PAGE_SIZE } from "@/protocol/limits";
import type { RoomLink } from "@/protocol/links";
import { shared } from "@/server/shared";
import { containing } from "../like";
import { requireRoom } from "../rooms";
import type { Viewer } from "../viewer";

export type LinksAsked = { q?: string; before?: string; limit?: number };

type Row = Omit<RoomLink, "sentAt"> & { sentAt: Date };

/**
 * A page of the links that were sent to a room, the newest first; `before` is the id of the last one seen. `q` is
 * looked for in addresses, titles and who sent them.
 * @throws Refused not_found.
 */
export async function listLinks(
  viewer: Viewer,
  roomRef: string,
  { q, before, limit = PAGE_SIZE }: LinksAsked,
): Promise<{ links: RoomLink[]; more: boolean }> {
  const room = await requireRoom(viewer, roomRef);
  const { rows } = await shared().pool.query<Row>({
    name: "list-links",
    text: `
      SELECT l.id, l.url, l.title, l.seq, u.name AS sender, m."authorId" AS "senderId", m."sentAt"
      FROM "Link" l JOIN "Message" m ON m.id = l."messageId" JOIN "User" u ON u.id = m."authorId"
      WHERE l."roomId" = $1 AND m."deletedAt" IS NULL AND ($2::uuid IS NULL OR l.id < $2)
        AND ($3::text IS NULL OR l.url ILIKE $3 OR l.title ILIKE $3 OR u.name ILIKE $3)
      ORDER BY l.id DESC LIMIT $4`,
    values: [room.id, before ?? null, q ? containing(q) : null, limit + 1],
  });
  const links = rows.slice(0, limit).map(({ sentAt, ...link }) => ({ ...link, sentAt: sentAt.toISOString() }));
  return { links, more: rows.length > limit };
}
