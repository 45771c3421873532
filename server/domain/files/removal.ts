import { log } from "@/server/log";
import { shared } from "@/server/shared";
import { isBackupUnderWay } from "../backups";
import { PROCESSING_MAX } from "./claim";
import { type FileRow, keyOf, uploadOf, VARIANTS } from "./file-row";

/** What nobody sent, and what nobody went on with, is kept for so long. */
const UNSENT_MAX = "24 hours";
/** An upload that somebody goes on with, over a slow line, may take so long. */
const UNFINISHED_MAX = "7 days";
const SWEEP_AT_ONCE = 100;
/** By then the rows of all that lies idle are gone: what is still there is nobody's. */
const STALE_MS = 2 * 24 * 60 * 60 * 1_000;

type Goner = Pick<FileRow, "id" | "size" | "uploadRef"> & { isBusy?: boolean };
const GONER_COLUMNS = `f.id, f.size::float8 AS size, f."uploadRef"`;
/** Somebody is making it still: whatever were removed now would be made again. */
const IS_BUSY = `(f.state = 'processing' AND coalesce(f."touchedAt" > now() - interval '${PROCESSING_MAX}', false))`;

/**
 * Takes a file from everybody at once, and then its bytes from the storage.
 * @returns false when it is gone already, or was sent or put in place and only what was not should go.
 */
export async function removeFile(id: string, { onlyUnsent = false } = {}): Promise<boolean> {
  const { rows } = await shared().pool.query<Goner>(
    `UPDATE "File" f SET "deletedAt" = now()
     WHERE f.id = $1 AND f."deletedAt" IS NULL AND (NOT $2
       OR (f."clientId" IS NULL AND (f.purpose = 'message' OR f.state <> 'ready')))
     RETURNING ${GONER_COLUMNS}, ${IS_BUSY} AS "isBusy"`,
    [id, onlyUnsent],
  );
  await forgetBytes(rows.filter(({ isBusy }) => !isBusy));
  return rows.length > 0;
}

/** Removes what was made of a file that was discarded meanwhile, unless somebody else is at it. */
export async function forgetDiscarded(file: Goner): Promise<void> {
  const { rows } = await shared().pool.query<{ isGone: boolean }>(
    `SELECT f."deletedAt" IS NOT NULL AND NOT ${IS_BUSY} AS "isGone" FROM "File" f WHERE f.id = $1`,
    [file.id],
  );
  if (rows[0]?.isGone !== false) await forgetBytes([file]);
}

/** Removes what no message took for a day and what was never finished. @returns how many. */
export async function removeUnsent(): Promise<number> {
  const { pool } = shared();
  const idle = `"touchedAt" < now() - interval '${UNSENT_MAX}'`;
  const endless = `("touchedAt" IS NOT NULL AND state = 'uploading' AND "createdAt" < now() - interval '${UNFINISHED_MAX}')`;
  // What a message has is looked at once, and never again.
  await pool.query(
    `UPDATE "File" f SET "touchedAt" = NULL WHERE f.${idle} AND EXISTS (
       SELECT FROM "Message" m
       WHERE m."authorId" = f."uploaderId" AND m."clientId" = f."clientId" AND m."deletedAt" IS NULL)`,
  );
  const { rows } = await pool.query<Goner>(
    `UPDATE "File" f SET "deletedAt" = now() WHERE f."deletedAt" IS NULL AND f.id IN (
       SELECT id FROM "File" WHERE (${idle} OR ${endless}) AND "deletedAt" IS NULL LIMIT ${SWEEP_AT_ONCE} FOR UPDATE SKIP LOCKED
     ) RETURNING ${GONER_COLUMNS}`,
  );
  await forgetBytes(rows);
  return rows.length;
}

/** Removes what was being made of files when a process ended, and parts of uploads that no row knows any more. */
export async function forgetUnfinished(): Promise<number> {
  await shared().storage.removeStale(new Date(Date.now() - STALE_MS));
  return 0;
}

/** Removes the bytes of files that are gone, whoever removed them and however that ended. @returns how many. */
export async function forgetRemoved(): Promise<number> {
  const { rows } = await shared().pool.query<Goner>(
    `SELECT ${GONER_COLUMNS} FROM "File" f WHERE f."deletedAt" IS NOT NULL AND NOT ${IS_BUSY}
     ORDER BY f."deletedAt" LIMIT ${SWEEP_AT_ONCE}`,
  );
  await forgetBytes(rows);
  return rows.length;
}

/** The row goes last: as long as it is there, somebody comes back for the bytes. */
async function forgetBytes(files: Goner[]): Promise<void> {
  const { storage, pool } = shared();
  if (files.length === 0 || (await isBackupUnderWay(pool))) return;
  for (const file of files) {
    try {
      const upload = uploadOf(file);
      if (upload) await storage.abortUpload(upload);
      // All that there may be: whoever made them may have ended before they were written down.
      await storage.remove(VARIANTS.map((variant) => keyOf(file.id, variant)));
      await pool.query(`DELETE FROM "File" WHERE id = $1`, [file.id]);
    } catch (error) {
      log.warn({ err: error, fileId: file.id }, "A removed file's bytes are still there; trying again later.");
      await putOff(file).catch(() => {});
    }
  }
}

/** Behind all that wait: what fails each time must not stand before what would not. */
async function putOff({ id }: Goner): Promise<void> {
  await shared().pool.query(`UPDATE "File" SET "deletedAt" = now() WHERE id = $1 AND "deletedAt" IS NOT NULL`, [id]);
}
