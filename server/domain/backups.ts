import type { Pool } from "pg";
import { Refused } from "./refused";

/** Renewed three times in that time; a backup whose process died holds nothing back any longer. */
export const HOLD_MS = 60_000;
/** Any fixed number that no other lock of ours has. */
const BACKUP_LOCK = 0x6261636b;

/**
 * Whether a backup reads the storage. A file's row says that it is gone before its bytes go, and a backup is begun before it
 * looks at the rows: so whatever its rows name is still there for it.
 */
export async function isBackupUnderWay(pool: Pool): Promise<boolean> {
  const { rows } = await pool.query<{ isUnderWay: boolean }>({
    name: "is-backup-under-way",
    text: `SELECT EXISTS (SELECT FROM "Backup" WHERE "heldUntil" > now() AND "finishedAt" IS NULL) AS "isUnderWay"`,
  });
  return rows[0]?.isUnderWay === true;
}

/** @returns the id of the backup. @throws Refused "too_many" while another one is under way. */
export async function beginBackup(pool: Pool, destination: string): Promise<string> {
  const client = await pool.connect();
  try {
    await client.query("BEGIN");
    await client.query("SELECT pg_advisory_xact_lock($1)", [BACKUP_LOCK]);
    const { rows } = await client.query<{ id: string }>(
      `INSERT INTO "Backup" (id, "heldUntil", destination)
       SELECT gen_random_uuid(), now() + make_interval(secs => $1), $2
       WHERE NOT EXISTS (SELECT FROM "Backup" WHERE "heldUntil" > now() AND "finishedAt" IS NULL)
       RETURNING id`,
      [HOLD_MS / 1_000, destination],
    );
    await client.query("COMMIT");
    if (!rows[0])
      throw new Refused("too_many", "Another backup of this server is under way. Try again when it is done.");
    return rows[0].id;
  } catch (error) {
    await client.query("ROLLBACK").catch(() => {});
    throw error;
  } finally {
    client.release();
  }
}

/** Holds removed bytes back for another while. @throws Error when that came too late, and some may be gone. */
export async function renewBackup(pool: Pool, id: string): Promise<void> {
  const { rowCount } = await pool.query(
    `UPDATE "Backup" SET "heldUntil" = now() + make_interval(secs => $2) WHERE id = $1 AND "heldUntil" > now()`,
    [id, HOLD_MS / 1_000],
  );
  if (rowCount === 0) throw new Error("The database was away for too long: files may have been removed meanwhile.");
}

/** Lets removed bytes go. @param isComplete whether it counts as one that can be restored. */
export async function endBackup(pool: Pool, id: string, { isComplete }: { isComplete: boolean }): Promise<void> {
  await pool.query(
    `UPDATE "Backup" SET "heldUntil" = now(), "finishedAt" = CASE WHEN $2 THEN now() END WHERE id = $1`,
    [id, isComplete],
  );
  await pool.query(
    `DELETE FROM "Backup" WHERE "startedAt" < now() - interval '90 days' OR ("finishedAt" IS NULL AND "heldUntil" < now() - interval '1 day')`,
  );
}

/** When the newest complete backup was finished, anywhere or in this folder. */
export async function findLastBackup(pool: Pool, destination?: string): Promise<Date | null> {
  const { rows } = await pool.query<{ finishedAt: Date | null }>(
    `SELECT max("finishedAt") AS "finishedAt" FROM "Backup" WHERE $1::text IS NULL OR destination = $1`,
    [destination ?? null],
  );
  return rows[0]?.finishedAt ?? null;
}
