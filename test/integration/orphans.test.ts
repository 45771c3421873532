import { randomBytes, randomUUID } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { config } from "@/server/config";
import { findOrphans, removeOrphans } from "@/server/domain/files/orphans";
import { createRoom } from "@/server/domain/rooms";
import { useTestDomain } from "../support/domain";
import { useTestFiles } from "../support/files";
import { newPerson } from "../support/people";

const shared = useTestDomain();
const { upload, get, objects } = useTestFiles();
const inAMinute = () => new Date(Date.now() + 60_000);

it("files that a database which was set back does not know are removed, and no others", async () => {
  const grace = await newPerson("Grace");
  const room = await createRoom(grace, { name: "Archive" });
  const kept = await upload(grace, room.id, { name: "kept.bin", bytes: randomBytes(300) });
  const gone = await upload(grace, room.id, { name: "gone.bin", bytes: randomBytes(2_000) });
  const removed = await upload(grace, room.id, { name: "removed.bin", bytes: randomBytes(10) });
  await shared().pool.query(`DELETE FROM "File" WHERE id = $1`, [gone.id]);
  await shared().pool.query(`UPDATE "File" SET "deletedAt" = now() WHERE id = $1`, [removed.id]);
  const foreign = [
    `ab/notes.txt`,
    `ab/${randomUUID()}/original`,
    `${gone.id.slice(-2)}/${gone.id.toUpperCase()}/original`,
  ];
  for (const key of foreign) {
    const path = join(config().dataDir, "files/objects", key);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, "not of Adda");
  }
  expect(await objects()).toHaveLength(6);

  // What is new may belong to a row that comes back.
  expect(await findOrphans(new Date(Date.now() - 60_000))).toEqual({ known: 2, orphans: [] });
  const key = `${gone.id.slice(-2)}/${gone.id}/original`;
  const { known, orphans } = await findOrphans(inAMinute());
  expect([known, orphans]).toEqual([2, [{ key, bytes: 2_000 }]]);

  const keptKey = `${kept.id.slice(-2)}/${kept.id}/original`;
  expect(await removeOrphans([key, keptKey, foreign[0] as string])).toBe(1);
  expect(await objects()).toHaveLength(5);
  expect((await findOrphans(inAMinute())).orphans).toEqual([]);
  expect((await get(grace, kept.url)).status).toBe(200);
});
