import { Client } from "pg";
import type { Room } from "@/protocol/frames";
import type { LinkPreview } from "@/protocol/links";
import type { TestPerson } from "../test/support/person";
import type { TestServer } from "../test/support/server";

export type Row = { author: TestPerson; message: string; sentAt: Date };

/** Puts messages of other times into a room, as the room's log would hold them. */
export async function seedMessages(server: TestServer, room: Room, rows: Row[]): Promise<void> {
  await execute(
    server,
    `WITH given AS (
       SELECT author, body, "sentAt", r."lastSeq" + place AS seq
       FROM unnest($2::uuid[], $3::text[], $4::timestamptz[]) WITH ORDINALITY AS row(author, body, "sentAt", place),
            "Room" r
       WHERE r.id = $1
     ), stored AS (
       INSERT INTO "Message" (id, "roomId", seq, rev, "authorId", "clientId", body, "sentAt")
       SELECT gen_random_uuid(), $1, seq, seq, author, gen_random_uuid(), body, "sentAt" FROM given
     )
     UPDATE "Room" SET "lastSeq" = "lastSeq" + cardinality($3::text[]) WHERE id = $1`,
    [
      room.id,
      rows.map(({ author }) => author.id),
      rows.map(({ message }) => message),
      rows.map(({ sentAt }) => sentAt),
    ],
  );
}

/** Puts the preview of a link onto a message, as if its page had been read. */
export async function seedLinkPreview(
  server: TestServer,
  room: Room,
  message: string,
  link: LinkPreview,
): Promise<void> {
  await execute(server, `UPDATE "Message" SET links = $3 WHERE "roomId" = $1 AND body = $2`, [
    room.id,
    message,
    JSON.stringify([link]),
  ]);
}

/** Public rooms that nobody is in, past every limit: their names end in a number from 1 on. */
export async function seedRooms(server: TestServer, name: string, count: number): Promise<void> {
  await execute(
    server,
    `INSERT INTO "Room" (id, slug, name)
     SELECT gen_random_uuid(), md5($1 || n), $1 || ' ' || n FROM generate_series(1, $2::int) n`,
    [name, count],
  );
}

/** Makes every invite that somebody gave run out. */
export async function expireInvites(server: TestServer, { id }: TestPerson): Promise<void> {
  await execute(server, `UPDATE "Invite" SET "expiresAt" = now() - interval '1 second' WHERE "createdById" = $1`, [id]);
}

async function execute({ database }: TestServer, sql: string, values: unknown[]): Promise<void> {
  const client = new Client({ connectionString: database.url });
  await client.connect();
  try {
    await client.query(sql, values);
  } finally {
    await client.end();
  }
}
