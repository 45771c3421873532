import type { FileUpload } from "@/protocol/files";
import { log } from "@/server/log";
import { UnfitFile } from "@/server/media/media";
import { metrics } from "@/server/metrics";
import { shared } from "@/server/shared";
import { IncompleteUpload, partsOf, UnknownUpload } from "@/server/storage/storage";
import { Refused } from "../refused";
import type { Viewer } from "../viewer";
import { type Claim, claim, release } from "./claim";
import { type FileRow, uploadOf } from "./file-row";
import { look } from "./look";
import { adoptPortrait } from "./portraits";
import { forgetDiscarded, removeFile } from "./removal";
import { ended, requireOwnFile, storageAway, toFileUpload } from "./uploads";

/**
 * Makes the parts a file: looks at what it is, and makes what is shown of it. Asking again, after a lost answer, gives
 * the same answer. A file that cannot be shown as what it claims to be is removed.
 * @throws Refused invalid, not_found, conflict (parts are missing), overloaded (somebody is at it, or nobody can be).
 */
export async function completeUpload(viewer: Viewer, id: string, { poster }: { poster?: string }): Promise<FileUpload> {
  const { id: fileId } = await requireOwnFile(viewer, id);
  const claimed = await claim(viewer.id, fileId);
  if (!claimed) return answerTwice(viewer, fileId);
  try {
    await finish(claimed.file);
    const seen = await look(claimed, poster ? Buffer.from(poster, "base64") : null);
    await adoptPortrait(viewer, seen);
    metrics().files.inc({ kind: seen.kind });
    return await toFileUpload(seen);
  } catch (error) {
    const isOurs = await release(claimed);
    await forgetDiscarded(claimed.file);
    if (!isOurs) return answerTwice(viewer, fileId);
    throw await giveBack(claimed, error);
  }
}

/** A portrait is put in place again: whoever made it ready may have ended before that. */
async function answerTwice(viewer: Viewer, id: string): Promise<FileUpload> {
  const file = await requireOwnFile(viewer, id);
  if (file.state === "ready") {
    await adoptPortrait(viewer, file);
    return toFileUpload(file);
  }
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
async function giveBack({ file }: Claim, error: unknown): Promise<unknown> {
  if (error instanceof Refused) return error;
  if (error instanceof UnfitFile || error instanceof UnknownUpload) {
    await removeFile(file.id);
    if (error instanceof UnfitFile) {
      metrics().unfitFiles.inc();
      return new Refused("invalid", error.message, { field: error.field });
    }
    return ended();
  }
  if (error instanceof IncompleteUpload) {
    return new Refused("conflict", "Parts are missing: ask for the upload again, and send what it lists.");
  }
  log.error({ err: error, fileId: file.id }, "An upload could not be completed; it may be tried again.");
  return storageAway(error);
}
