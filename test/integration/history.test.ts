import { expect, it } from "vitest";
import { PAGE_MAX_SIZE } from "@/protocol/limits";
import { changesSince, listMessages } from "@/server/domain/history";
import { createRoom } from "@/server/domain/rooms";
import type { Viewer } from "@/server/domain/viewer";
import { useTestDomain } from "../support/domain";
import { newPerson } from "../support/people";

const shared = useTestDomain();

/** A room with so many messages that the planner has a choice to make. */
async function longRoom(messages: number): Promise<{ ada: Viewer; roomId: string }> {
  const ada = await newPerson("Ada");
  const { id: roomId } = await createRoom(ada, { name: "Long" });
  const { pool } = shared();
  await pool.query(
    `INSERT INTO "Message" (id, "roomId", seq, rev, "authorId", "clientId", body)
     SELECT gen_random_uuid(), $1::uuid, n, n, $2::uuid, $1::text || '-' || n, 'message ' || n FROM generate_series(1, $3::int) n`,
    [roomId, ada.id, messages],
  );
  await pool.query(`UPDATE "Room" SET "lastSeq" = $2 WHERE id = $1`, [roomId, messages]);
  await pool.query("ANALYZE");
  return { ada, roomId };
}

it("a page is read from any depth, in both directions", async () => {
  const { ada, roomId } = await longRoom(1_000);
  const seqs = async (range: Parameters<typeof listMessages>[2]) => {
    const { messages, more } = await listMessages(ada, roomId, range);
    return { first: messages[0]?.seq, last: messages.at(-1)?.seq, size: messages.length, more };
  };
  expect(await seqs({ before: 501, limit: 20 })).toEqual({ first: 481, last: 500, size: 20, more: true });
  expect(await seqs({ before: 11, limit: 10 })).toEqual({ first: 1, last: 10, size: 10, more: false });
  expect(await seqs({ after: 500, limit: 20 })).toEqual({ first: 501, last: 520, size: 20, more: true });
  expect(await seqs({ after: 990, limit: 10 })).toEqual({ first: 991, last: 1_000, size: 10, more: false });
  expect(await seqs({ after: 0, limit: 500 })).toEqual({ first: 1, last: 200, size: PAGE_MAX_SIZE, more: true });
});

it("a page of a long history is not planned anew each time", async () => {
  const { ada, roomId } = await longRoom(20_000);
  for (let page = 1; page <= 20; page++) {
    await listMessages(ada, roomId, { before: page * 1_000 });
    await listMessages(ada, roomId, { after: page * 900 });
    await changesSince(roomId, page * 900, 100);
  }
  // What is asked one after the other is asked on one connection.
  const { rows } = await shared().pool.query(
    `SELECT name, custom_plans::int AS custom FROM pg_prepared_statements
     WHERE name IN ('page-before', 'page-after', 'changes-since') ORDER BY name`,
  );
  expect(rows.map(({ name }) => name)).toEqual(["changes-since", "page-after", "page-before"]);
  for (const { custom } of rows) expect(custom).toBeLessThan(10);
});
