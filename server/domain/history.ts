import type { Message } from "@/protocol/frames";
import { PAGE_MAX_SIZE, PAGE_SIZE } from "@/protocol/limits";
import { shared } from "@/server/shared";
import { MESSAGE_COLUMNS, type MessageRow, toMessage } from "./message-row";
import { requireRoom } from "./rooms";
import { findStoredRoom } from "./stored-rooms";
import type { Viewer } from "./viewer";

/**
 * Messages in ascending `seq`; `more` when there are more in the direction that was asked for. Of heavy ones a page has
 * fewer than were asked for.
 */
export type HistoryPage = { messages: Message[]; more: boolean };

/** Messages of a room as of its change `seq`. */
export type Changes = { messages: Message[]; more: boolean; seq: number };

/** What a page's texts, files and previews weigh, about. One message weighs less, however much it carries. */
const PAGE_MAX_BYTES = 256 * 1024;

const WEIGHT = `octet_length(m.body) + coalesce(octet_length(m.files::text), 0) + coalesce(octet_length(m.links::text), 0)`;

/**
 * The constant bound tells the planner that few rows are wanted, whatever $3 is: it then keeps one plan
 * where it would make one for each page, which takes longer than reading the page. A page ends with the message that
 * makes it too heavy; its `weight` tells that it ended so.
 */
const pageOf = (range: string, order: string) => `
  SELECT ${MESSAGE_COLUMNS}, m.weight FROM (
    SELECT m.*, sum(m.own) OVER (ORDER BY ${order} ROWS UNBOUNDED PRECEDING)::int AS weight FROM (
      SELECT *, ${WEIGHT} AS own FROM "Message" m WHERE m."roomId" = $1 AND ${range}
      ORDER BY ${order} LIMIT ${PAGE_MAX_SIZE + 1}
    ) m
  ) m JOIN "User" u ON u.id = m."authorId"
  WHERE m.weight - m.own < ${PAGE_MAX_BYTES} ORDER BY ${order} LIMIT $3`;

type WeighedRow = MessageRow & { weight: number };

const PAGE_BEFORE = pageOf("m.seq < coalesce($2, 2147483647)", "m.seq DESC");
const PAGE_AFTER = pageOf("m.seq > $2", "m.seq");
const CHANGES_SINCE = pageOf("m.rev > $2", "m.rev");
const NEWEST_CHANGES = pageOf("m.rev < coalesce($2, 2147483647)", "m.rev DESC");

/**
 * A page of a room's history: the latest, the one before `before`, or the one after `after` (both `seq`,
 * exclusive). Each is one descent of the index on (roomId, seq), however deep the page lies.
 * @throws Refused not_found.
 */
export async function listMessages(
  viewer: Viewer,
  roomRef: string,
  { before, after, limit = PAGE_SIZE }: { before?: number; after?: number; limit?: number } = {},
): Promise<HistoryPage> {
  const room = await requireRoom(viewer, roomRef);
  return after === undefined ? pageBefore(room.id, before ?? null, limit) : pageAfter(room.id, after, limit);
}

/** The latest page of a room, and the number of the last change that it knows of. */
export async function latestPage(roomId: string, limit = PAGE_SIZE): Promise<Changes> {
  const seq = await lastSeq(roomId);
  return withSeq(seq, await pageBefore(roomId, null, limit));
}

/** What a reader who has everything up to `since` has missed. */
export async function changesSince(roomId: string, since: number, limit: number): Promise<Changes> {
  const seq = await lastSeq(roomId);
  return withSeq(seq, await readPage({ name: "changes-since", text: CHANGES_SINCE }, roomId, since, limit));
}

/** The newest changes of a room, oldest change first: what a process keeps at hand for those who come back. */
export async function recentChanges(roomId: string, limit: number): Promise<Changes> {
  const seq = await lastSeq(roomId);
  const { messages, more } = await readPage({ name: "recent-changes", text: NEWEST_CHANGES }, roomId, null, limit);
  return withSeq(seq, { messages: messages.reverse(), more });
}

/**
 * The number is read before the messages, so these may hold a later change. Changes of one room commit
 * one after the other, so whoever sees a change sees all before it: the later number is as true.
 */
function withSeq(seq: number, page: HistoryPage): Changes {
  return { ...page, seq: page.messages.reduce((latest, { rev }) => Math.max(latest, rev), seq) };
}

async function lastSeq(roomId: string): Promise<number> {
  return (await findStoredRoom(roomId))?.seq ?? 0;
}

async function pageBefore(roomId: string, before: number | null, limit: number): Promise<HistoryPage> {
  const { messages, more } = await readPage({ name: "page-before", text: PAGE_BEFORE }, roomId, before, limit);
  return { messages: messages.reverse(), more };
}

function pageAfter(roomId: string, after: number, limit: number): Promise<HistoryPage> {
  return readPage({ name: "page-after", text: PAGE_AFTER }, roomId, after, limit);
}

async function readPage(
  statement: { name: string; text: string },
  roomId: string,
  from: number | null,
  limit: number,
): Promise<HistoryPage> {
  const size = Math.min(limit, PAGE_MAX_SIZE);
  const { rows } = await shared().pool.query<WeighedRow>({ ...statement, values: [roomId, from, size + 1] });
  const isHeavy = (rows.at(-1)?.weight ?? 0) >= PAGE_MAX_BYTES;
  return { messages: rows.slice(0, size).map(toMessage), more: rows.length > size || isHeavy };
}
