import { stat } from "node:fs/promises";
import { extname } from "node:path";
import { buffer } from "node:stream/consumers";
import type { FileUpload } from "@/protocol/files";
import { HEAD_BYTES, type Made, UnfitFile } from "@/server/media/media";
import { shared } from "@/server/shared";
import { IncompleteUpload, partsOf, UnknownUpload } from "@/server/storage/storage";
import { Refused } from "../refused";
import type { Viewer } from "../viewer";
import { type Details, FILE_COLUMNS, type FileRow, keyOf, ORIGINAL, uploadOf } from "./file-row";
import { removeFile } from "./removal";
import { findUpload, requireOwnFile, storageAway, toFileUpload } from "./uploads";

/** A process that died while it looked at a file is not waited for longer than this. */
const PROCESSING_MAX = "2 minutes";

/** What a look at the file found and made. */
type Seen = Pick<FileRow, "kind" | "type" | "name" | "details"> & { made: Made; keepsOriginal: boolean };

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
    return await toFileUpload(seen);
  } catch (error) {
    throw await giveBack(file, error);
  }
}

/** Of two that complete one upload, one does. */
async function claim(id: string): Promise<FileRow | null> {
  const { rows } = await shared().pool.query<FileRow>(
    `UPDATE "File" f SET state = 'processing', "touchedAt" = now()
     WHERE f.id = $1 AND f."deletedAt" IS NULL AND (f.state = 'uploading'
       OR (f.state = 'processing' AND f."touchedAt" < now() - interval '${PROCESSING_MAX}'))
     RETURNING ${FILE_COLUMNS}`,
    [id],
  );
  return rows[0] ?? null;
}

async function answerTwice(viewer: Viewer, id: string): Promise<FileUpload> {
  const upload = await findUpload(viewer, id);
  if (upload.state === "ready") return upload;
  throw new Refused("overloaded", "This file is being looked at: ask again in a moment.", { retryAfterMs: 1_000 });
}

async function finish(file: FileRow): Promise<void> {
  const upload = uploadOf(file);
  if (!upload) throw new UnknownUpload("It never began.");
  await shared().storage.finishUpload(upload, partsOf(file.size));
}

async function look(file: FileRow, poster: Buffer | null): Promise<FileRow> {
  const { storage, media } = shared();
  const head = await readHead(file);
  const sniffed = await media.sniff(head, file.name);
  return storage.withScratch(async (dir) => {
    const seen = await see(file, { ...sniffed, head, poster, dir });
    const variants: FileRow["variants"] = seen.keepsOriginal ? { [ORIGINAL]: file.size } : {};
    for (const [variant, path] of Object.entries(seen.made)) {
      variants[variant] = (await stat(path)).size;
      await storage.putFile(keyOf(file.id, variant), path);
    }
    const ready = await keep(file, seen, variants);
    if (!seen.keepsOriginal) await storage.remove([keyOf(file.id, ORIGINAL)]);
    return ready;
  });
}

type Glimpse = Awaited<ReturnType<ReturnType<typeof shared>["media"]["sniff"]>> & {
  head: Buffer;
  poster: Buffer | null;
  dir: string;
};

async function see(file: FileRow, { kind, type, extension, head, poster, dir }: Glimpse): Promise<Seen> {
  const { media, storage } = shared();
  const { width, height, durationMs, waveform } = file.details;
  const plain = { kind, type, name: file.name, made: {}, keepsOriginal: true };
  switch (kind) {
    case "image": {
      const { made, ...picture } = await storage.withLocalFile(keyOf(file.id, ORIGINAL), (path) =>
        media.picture(path, type, dir),
      );
      const { placeholder, animated } = picture;
      const details: Details = {
        width: picture.width,
        height: picture.height,
        placeholder,
        ...(animated && { animated }),
      };
      const name = withExtension(file.name, picture.extension);
      return { kind, type: picture.type, name, details, made, keepsOriginal: false };
    }
    case "video": {
      const preview = poster && (await media.poster(poster, dir));
      const details = { ...(preview ? measuresOf(preview) : { width, height }), durationMs };
      return { ...plain, details, made: preview?.made ?? {} };
    }
    case "audio":
      return { ...plain, kind: file.kind === "voice" ? "voice" : kind, details: { durationMs, waveform } };
    case "text":
      return { ...plain, details: { text: media.firstLines(head) } };
    case "pdf":
    case "other":
      return {
        ...plain,
        name: extension && !extname(file.name) ? withExtension(file.name, extension) : file.name,
        details: {},
      };
    case "voice":
      throw new Error("No bytes say that they are a voice note.");
    default:
      return kind satisfies never;
  }
}

function measuresOf({ width, height, placeholder }: { width: number; height: number; placeholder: string }): Details {
  return { width, height, placeholder };
}

async function readHead({ id, size }: FileRow): Promise<Buffer> {
  const body = await shared().storage.read(keyOf(id, ORIGINAL), { start: 0, end: Math.min(size, HEAD_BYTES) - 1 });
  if (!body) throw new UnknownUpload("It is gone.");
  return buffer(body);
}

async function keep(file: FileRow, seen: Seen, variants: FileRow["variants"]): Promise<FileRow> {
  const { kind, type, name, details } = seen;
  const size = variants.full ?? variants[ORIGINAL] ?? file.size;
  const storedBytes = Object.values(variants).reduce((sum, bytes) => sum + bytes, 0);
  const { rows } = await shared().pool.query<FileRow>(
    `UPDATE "File" f SET state = 'ready', "touchedAt" = now(), "uploadRef" = NULL, kind = $2::"FileKind", type = $3,
       name = $4, details = $5, variants = $6, size = $7, "storedBytes" = $8
     WHERE f.id = $1 AND f."deletedAt" IS NULL RETURNING ${FILE_COLUMNS}`,
    [file.id, kind, type, name, JSON.stringify(details), JSON.stringify(variants), size, storedBytes],
  );
  if (rows[0]) return rows[0];
  // Discarded meanwhile: what was made of it must not stay.
  await shared().storage.remove(Object.keys(variants).map((variant) => keyOf(file.id, variant)));
  throw new Refused("not_found", "You have no such file, or not any more.");
}

/** What was refused for what it is, is gone; what failed otherwise may be completed again. */
async function giveBack(file: FileRow, error: unknown): Promise<unknown> {
  if (error instanceof Refused) return error;
  if (error instanceof UnfitFile || error instanceof UnknownUpload) {
    await removeFile(file.id);
    if (error instanceof UnfitFile) return new Refused("invalid", error.message, { field: error.field });
    return new Refused("not_found", "This upload has ended: begin again.");
  }
  await shared().pool.query(`UPDATE "File" SET state = 'uploading' WHERE id = $1 AND state = 'processing'`, [file.id]);
  if (error instanceof IncompleteUpload) {
    return new Refused("conflict", "Parts are missing: ask for the upload again, and send what it lists.");
  }
  return storageAway(error);
}

/** What the bytes are, the name says too: whoever saves the file opens it with the right program. */
function withExtension(name: string, extension: string): string {
  const present = extname(name);
  const same = present.toLowerCase() === `.${extension}` || (extension === "jpg" && /^\.jpeg$/i.test(present));
  return same ? name : `${present ? name.slice(0, -present.length) : name}.${extension}`;
}
