import { log } from "@/server/log";
import { shared } from "@/server/shared";
import { FILE_COLUMNS, type FileRow } from "./file-row";
import { takeTurnOf } from "./limits";

/** A process that died while it looked at a file is not waited for longer than this. */
export const PROCESSING_MAX = "10 seconds";
const RENEW_INTERVAL_MS = 3_000;
/** Files of one person that are looked at at once. */
const PROCESSING_AT_ONCE = 4;

/**
 * One completion's hold on a file. It is renewed while it lasts, and known by when that was: whoever was taken for
 * dead meanwhile finds that the file is another's, and changes nothing of it any more.
 */
export type Claim = {
  file: FileRow;
  /** When it was last renewed; from then on it is renewed no more, so that a statement can ask for it. */
  settle(): Promise<Date>;
};

/**
 * Of two that complete one upload, one does; and nobody's files keep those of all others waiting. One after the other
 * for each person, so that many at once do not all find themselves few.
 */
export async function claim(uploaderId: string, id: string): Promise<Claim | null> {
  const rows = await shared().prisma.$transaction(async (tx) => {
    await takeTurnOf(tx, uploaderId);
    return tx.$queryRawUnsafe<(FileRow & { touchedAt: Date })[]>(
      `UPDATE "File" f SET state = 'processing', "touchedAt" = now()
       WHERE f.id = $1::uuid AND f."deletedAt" IS NULL AND (f.state = 'uploading'
         OR (f.state = 'processing' AND f."touchedAt" < now() - interval '${PROCESSING_MAX}'))
         AND (SELECT count(*) FROM "File" other WHERE other."uploaderId" = f."uploaderId" AND other.state = 'processing'
           AND other."touchedAt" > now() - interval '${PROCESSING_MAX}') < ${PROCESSING_AT_ONCE}
       RETURNING ${FILE_COLUMNS}, f."touchedAt"`,
      id,
    );
  });
  if (!rows[0]) return null;
  const { touchedAt, ...file } = rows[0];
  return { file, settle: renew(id, touchedAt) };
}

/** Gives the file back, to be completed again. @returns false when it was another's already, or is ready. */
export async function release({ file, settle }: Claim): Promise<boolean> {
  const { rowCount } = await shared().pool.query(
    `UPDATE "File" SET state = 'uploading' WHERE id = $1 AND state = 'processing' AND "touchedAt" = $2`,
    [file.id, await settle()],
  );
  return rowCount === 1;
}

function renew(id: string, claimedAt: Date): () => Promise<Date> {
  let at = claimedAt;
  let renewing = Promise.resolve();
  async function once(): Promise<void> {
    const { rows } = await shared().pool.query<{ touchedAt: Date }>(
      `UPDATE "File" SET "touchedAt" = now() WHERE id = $1 AND state = 'processing' AND "touchedAt" = $2
       RETURNING "touchedAt"`,
      [id, at],
    );
    at = rows[0]?.touchedAt ?? at;
  }
  const timer = setInterval(() => {
    renewing = renewing.then(once).catch((error) => {
      log.warn({ err: error, fileId: id }, "A file that is looked at could not be renewed; trying again.");
    });
  }, RENEW_INTERVAL_MS);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await renewing;
    return at;
  };
}
