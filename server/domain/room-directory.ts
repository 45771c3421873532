import { z } from "zod";
import { PAGE_SIZE, SEARCH_MAX_LENGTH } from "@/protocol/limits";
import { ROOM_FILTERS, type RoomFilter, type RoomPage, type RoomSummary } from "@/protocol/rooms";
import { shared } from "@/server/shared";
import { containing, folded } from "./like";
import { Refused } from "./refused";
import { ROOM_COLUMNS, type RoomRow, toSummary } from "./room-summary";
import { isUuid } from "./slugs";
import type { Viewer } from "./viewer";

/** Rooms that a page carries along; "Browse rooms" has the rest of what somebody with more is in. */
export const SIDEBAR_ROOMS_MAX = 300;
const CURSOR_MAX_LENGTH = 1_000;

export type RoomsAsked = { query?: string; after?: string; limit?: number; filter?: RoomFilter };

const IS_MINE = `EXISTS (SELECT FROM "Membership" WHERE "roomId" = room.id AND "userId" = $1)`;

const SOUGHT = `(SELECT ${folded("$3::text")})`;

/**
 * The members are counted of the rooms of one page alone, however many there are.
 * $1 viewer, $2 filter, $3 what is sought, $4 and $5 the name and the id of the last room of the page before, $6 limit.
 */
const BROWSE = `
  SELECT ${ROOM_COLUMNS}, lower(room.name) AS "sortName" FROM (
    SELECT * FROM "Room" room
    WHERE room."deletedAt" IS NULL AND (room.kind = 'open' OR ${IS_MINE})
      AND CASE $2
        WHEN 'public' THEN room.kind = 'open' AND room."archivedAt" IS NULL
        WHEN 'joined' THEN room."archivedAt" IS NULL AND ${IS_MINE}
        WHEN 'archived' THEN room."archivedAt" IS NOT NULL
        ELSE true END
      AND ($3::text IS NULL OR ${folded("room.name")} LIKE ${SOUGHT} OR ${folded("room.topic")} LIKE ${SOUGHT})
      AND ($4::text IS NULL OR (lower(room.name), room.id) > ($4, $5::uuid))
    ORDER BY lower(room.name), room.id LIMIT $6
  ) room ORDER BY lower(room.name), room.id`;

const mine = (where: string, limit: string) => `
  SELECT ${ROOM_COLUMNS} FROM (
    SELECT room.* FROM "Membership" m JOIN "Room" room ON room.id = m."roomId"
    WHERE m."userId" = $1 AND room."deletedAt" IS NULL ${where}
    ORDER BY m."visitedAt" DESC NULLS LAST, m."joinedAt", room.id ${limit}
  ) room ORDER BY lower(room.name), room.id`;

const MINE = mine("", "");
const SIDEBAR = mine(`AND room."archivedAt" IS NULL`, `LIMIT ${SIDEBAR_ROOMS_MAX}`);

/**
 * A page of the rooms that the viewer may see, by name; `query` is looked for in names and topics.
 * @throws Refused invalid, for a cursor that no page gave.
 */
export async function browseRooms(viewer: Viewer, asked: RoomsAsked = {}): Promise<RoomPage> {
  const { query, after, limit = PAGE_SIZE, filter = "all" } = asked;
  const cursor = after === undefined ? null : readCursor(after);
  const { rows } = await shared().pool.query<RoomRow & { sortName: string }>({
    name: "browse-rooms",
    text: BROWSE,
    values: [viewer.id, filter, query ? containing(query) : null, cursor?.name ?? null, cursor?.id ?? null, limit + 1],
  });
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const next = rows.length > limit && last ? writeCursor(last) : null;
  return { rooms: page.map(({ sortName: _, ...row }) => toSummary(row)), next };
}

/** Every room that the viewer is in, by name; archived ones too, told by `archivedAt`. */
export function listMyRooms(viewer: Viewer): Promise<RoomSummary[]> {
  return findRooms({ name: "my-rooms", text: MINE }, viewer);
}

/** The rooms that the viewer is in, by name, without archived ones. At most 300, those visited last: every page carries them. */
export function listSidebarRooms(viewer: Viewer): Promise<RoomSummary[]> {
  return findRooms({ name: "sidebar-rooms", text: SIDEBAR }, viewer);
}

/** What a query string asks for. */
export const roomsAsked = z.object({
  query: z.string().max(SEARCH_MAX_LENGTH, `query has at most ${SEARCH_MAX_LENGTH} characters.`).optional(),
  after: z.string().optional(),
  filter: z.enum(ROOM_FILTERS, `filter is one of ${ROOM_FILTERS.join(", ")}.`).optional(),
});

async function findRooms(statement: { name: string; text: string }, viewer: Viewer): Promise<RoomSummary[]> {
  const { rows } = await shared().pool.query<RoomRow>({ ...statement, values: [viewer.id] });
  return rows.map(toSummary);
}

function writeCursor({ sortName, id }: { sortName: string; id: string }): string {
  return Buffer.from(JSON.stringify([sortName, id])).toString("base64url");
}

function readCursor(after: string): { name: string; id: string } {
  const [name, id] = after.length <= CURSOR_MAX_LENGTH ? parseCursor(after) : [];
  if (typeof name === "string" && name.isWellFormed() && !name.includes("\0") && typeof id === "string" && isUuid(id)) {
    return { name, id };
  }
  throw new Refused("invalid", "after is what a page before gave as next.", { field: "after" });
}

function parseCursor(after: string): unknown[] {
  try {
    const cursor: unknown = JSON.parse(Buffer.from(after, "base64url").toString());
    return Array.isArray(cursor) ? cursor : [];
  } catch {
    return [];
  }
}
