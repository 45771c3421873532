import type { Pool } from "pg";
import type { MessageFile } from "@/protocol/files";

export type Draft = {
  roomId: string;
  authorId: string;
  sender: string;
  clientId: string;
  message: string;
  /** Already this message's own. */
  files?: MessageFile[];
};

/** A draft and the id that its message will have. */
type NewRow = { id: string; draft: Draft };

const RETURNING = `RETURNING id, seq, (extract(epoch FROM "sentAt") * 1000)::float8 AS "sentAtMs"`;

/**
 * Appends in one statement whatever is waiting: it takes the rooms' next numbers under their locks,
 * leaves out the drafts whose author is no member, and stores the rest. Rooms are locked in the order of
 * their ids, so that two processes never wait for each other. Their heads go from the lock to the rows as
 * one value: a join of so many drafts with so many rooms is planned as a loop in a loop.
 */
const append = (andWhere = "") => `
    WITH draft AS (
      SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::jsonb[])
        WITH ORDINALITY AS d(id, "roomId", "authorId", "clientId", body, files, place)
    ), fresh AS (
      SELECT draft.*, row_number() OVER (PARTITION BY "roomId" ORDER BY place)::int AS step
      FROM draft
      WHERE EXISTS (SELECT FROM "Membership" m WHERE m."roomId" = draft."roomId" AND m."userId" = draft."authorId")
        ${andWhere}
    ), room AS (
      SELECT id, "lastSeq" FROM "Room"
      WHERE id IN (SELECT "roomId" FROM fresh) AND "archivedAt" IS NULL
      ORDER BY id FOR NO KEY UPDATE
    ), head AS (
      SELECT jsonb_object_agg(id, "lastSeq") AS of FROM room
    ), counted AS (
      UPDATE "Room" SET "lastSeq" = (head.of->>id::text)::int + taken.steps
      FROM head, (SELECT "roomId", max(step) AS steps FROM fresh GROUP BY "roomId") taken
      WHERE "Room".id = taken."roomId" AND head.of ? id::text
    ), numbered AS (
      SELECT fresh.*, (head.of->>"roomId"::text)::int + step AS seq
      FROM fresh, head WHERE head.of ? "roomId"::text
    )
    INSERT INTO "Message" (id, "roomId", seq, rev, "authorId", "clientId", body, files, "sentAt")
    SELECT id, "roomId", seq, seq, "authorId", "clientId", body, files, clock_timestamp() FROM numbered
    ${RETURNING}`;

const APPEND_NEW = { name: "append-messages", text: append() };

/** Leaves out the drafts that are there already. Without a name, so that it is planned for the table as it is now. */
const APPEND_UNLESS_THERE = {
  text: append(`AND NOT EXISTS (
    SELECT FROM "Message" m WHERE m."authorId" = draft."authorId" AND m."clientId" = draft."clientId"
  )`),
};

/** The same for a draft alone, as under light load each is: a third of the work. */
const APPEND_ONE = {
  name: "append-message",
  text: `
    WITH room AS (
      UPDATE "Room" SET "lastSeq" = "lastSeq" + 1
      WHERE id = $2::uuid AND "archivedAt" IS NULL
        AND EXISTS (SELECT FROM "Membership" WHERE "roomId" = $2::uuid AND "userId" = $3::uuid)
      RETURNING "lastSeq" AS seq
    )
    INSERT INTO "Message" (id, "roomId", seq, rev, "authorId", "clientId", body, files, "sentAt")
    SELECT $1::uuid, $2::uuid, seq, seq, $3::uuid, $4::text, $5::text, $6::jsonb, clock_timestamp() FROM room
    ${RETURNING}`,
};

/** Of the drafts that were stored. */
export type AppendedRow = { id: string; seq: number; sentAtMs: number };

/**
 * Stores drafts in their rooms' logs in one transaction; leaves out those whose author is no member and
 * those of rooms that take no messages. One that is there already is left out when `mayBeThere`; else all
 * fails with a unique violation: that is rare, and to look for each beforehand is a sixth of the work.
 */
export async function appendRows(pool: Pool, rows: readonly NewRow[], mayBeThere: boolean): Promise<AppendedRow[]> {
  const [first] = rows;
  if (first && rows.length === 1 && !mayBeThere) {
    const { roomId, authorId, clientId, message } = first.draft;
    return query(pool, APPEND_ONE, [first.id, roomId, authorId, clientId, message, filesOf(first)]);
  }
  return query(pool, mayBeThere ? APPEND_UNLESS_THERE : APPEND_NEW, [
    rows.map(({ id }) => id),
    rows.map(({ draft }) => draft.roomId),
    rows.map(({ draft }) => draft.authorId),
    rows.map(({ draft }) => draft.clientId),
    rows.map(({ draft }) => draft.message),
    rows.map(filesOf),
  ]);
}

function filesOf({ draft: { files } }: NewRow): string | null {
  return files ? JSON.stringify(files) : null;
}

async function query(pool: Pool, statement: { name?: string; text: string }, values: unknown[]) {
  return (await pool.query<AppendedRow>({ ...statement, values })).rows;
}
