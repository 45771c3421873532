import { randomBytes } from "node:crypto";
import { expect, it } from "vitest";
import { beginBackup, endBackup, findLastBackup, renewBackup } from "@/server/domain/backups";
import { forgetRemoved, removeFile } from "@/server/domain/files/removal";
import { createRoom } from "@/server/domain/rooms";
import { useTestDomain } from "../support/domain";
import { useTestFiles } from "../support/files";
import { newPerson } from "../support/people";

const shared = useTestDomain();
const { upload, get, objects } = useTestFiles();

it("what is removed while a backup reads is gone for everybody, and its bytes go when the backup has ended", async () => {
  const { pool } = shared();
  const grace = await newPerson("Grace");
  const room = await createRoom(grace, { name: "Archive" });
  const file = await upload(grace, room.id, { name: "notes.bin", bytes: randomBytes(2_000) });
  expect(await objects()).toHaveLength(1);

  const id = await beginBackup(pool, "/backups");
  await removeFile(file.id);
  await forgetRemoved();
  expect((await get(grace, file.url)).status).toBe(404);
  expect(await objects()).toHaveLength(1);

  await expect(beginBackup(pool, "/backups")).rejects.toMatchObject({ code: "too_many" });
  expect(await findLastBackup(pool)).toBeNull();
  await endBackup(pool, id, { isComplete: true });
  expect(await findLastBackup(pool)).toBeInstanceOf(Date);
  await forgetRemoved();
  expect(await objects()).toEqual([]);
});

it("a backup whose process died holds nothing back for longer than its hold, and does not count", async () => {
  const { pool } = shared();
  const last = await findLastBackup(pool);
  const dead = await beginBackup(pool, "/backups");
  await pool.query(`UPDATE "Backup" SET "heldUntil" = now() WHERE id = $1`, [dead]);
  await expect(renewBackup(pool, dead)).rejects.toThrow("away for too long");
  await endBackup(pool, await beginBackup(pool, "/backups"), { isComplete: false });
  expect(await findLastBackup(pool)).toEqual(last);
});
