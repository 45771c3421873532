import type { FileUpload } from "@/protocol/files";
import { log } from "@/server/log";
import { UnfitFile } from "@/server/media/media";
import { metrics } from "@/server/metrics";
import { shared } from "@/server/shared";
import { IncompleteUpload, partsOf, UnknownUpload } from "@/server/storage/storage";
import { Refused } from "../refused";
import type { Viewer } from "../viewer";
import { FILE_COLUMNS, type FileRow, uploadOf } from "./file-row";
import { look } from "./look";
import { adoptPortrait } from "./portraits";
import { removeFile } from "./removal";
import { ended, findUpload, requireOwnFile, storageAway, toFileUpload } from "./uploads";

/** A process that died while it looked at a file is not waited for longer than this. */
const PROCESSING_MAX = "2 minutes";
/** Files of one person that are looked at at once. */
const PROCESSING_AT_ONCE = 4;

/**
 * Makes the parts a file: looks at what it is, and makes what is shown of it. Asking again, after a lost answer, gives
 * the same answer. A file that cannot be shown as what it claims to be is removed.
 * @throws Refused invalid, not_found, conflict (parts are missing), overloaded (somebody is at it, or nobody can be).
 */
export async function completeUpload(viewer: Viewer, id: string, { poster }: { poster?: string }): Promise<FileUpload> {
  const { id: fileId } = await requireOwnFile(viewer, id);
  const file = await claim(fileId);
  if (!file) return answerTwice(viewer, fileId);
  try {
    await finish(file);
    const seen = await look(file, poster ? Buffer.from(poster, "base64") : null);
    await adoptPortrait(viewer, seen);
    metrics().files.inc({ kind: seen.kind });
    return await toFileUpload(seen);
  } catch (error) {
    throw await giveBack(file, error);
  }
}

/** Of two that complete one upload, one does; and nobody's files keep those of all others waiting. */
async function claim(id: string): Promise<FileRow | null> {
  const { rows } = await shared().pool.query<FileRow>(
    `UPDATE "File" f SET state = 'processing', "touchedAt" = now()
     WHERE f.id = $1 AND f."deletedAt" IS NULL AND (f.state = 'uploading'
       OR (f.state = 'processing' AND f."touchedAt" < now() - interval '${PROCESSING_MAX}'))
       AND (SELECT count(*) FROM "File" other WHERE other."uploaderId" = f."uploaderId" AND other.state = 'processing'
         AND other."touchedAt" > now() - interval '${PROCESSING_MAX}') < ${PROCESSING_AT_ONCE}
     RETURNING ${FILE_COLUMNS}`,
    [id],
  );
  return rows[0] ?? null;
}

async function answerTwice(viewer: Viewer, id: string): Promise<FileUpload> {
  const upload = await findUpload(viewer, id);
  if (upload.state === "ready") return upload;
  throw new Refused("overloaded", "This file, or others of yours, is being looked at: ask again in a moment.", {
    retryAfterMs: 1_000,
  });
}

async function finish(file: FileRow): Promise<void> {
  const upload = uploadOf(file);
  if (!upload) throw new UnknownUpload("It never began.");
  await shared().storage.finishUpload(upload, partsOf(file.size));
}

/** What was refused for what it is, is gone; what failed otherwise may be completed again. */
async function giveBack(file: FileRow, error: unknown): Promise<unknown> {
  if (error instanceof Refused) return error;
  if (error instanceof UnfitFile || error instanceof UnknownUpload) {
    await removeFile(file.id);
    if (error instanceof UnfitFile) {
      metrics().unfitFiles.inc();
      return new Refused("invalid", error.message, { field: error.field });
    }
    return ended();
  }
  await shared().pool.query(`UPDATE "File" SET state = 'uploading' WHERE id = $1 AND state = 'processing'`, [file.id]);
  if (error instanceof IncompleteUpload) {
    return new Refused("conflict", "Parts are missing: ask for the upload again, and send what it lists.");
  }
  log.error({ err: error, fileId: file.id }, "An upload could not be completed; it may be tried again.");
  return storageAway(error);
}
