import { v7 as newFileId } from "uuid";
import type { FileUpload } from "@/protocol/files";
import { PARTS_LISTED_MAX } from "@/protocol/limits";
import { log } from "@/server/log";
import { shared } from "@/server/shared";
import { partsOf, UnknownUpload } from "@/server/storage/storage";
import { Refused } from "../refused";
import { requireRoom } from "../rooms";
import type { Viewer } from "../viewer";
import type { NewFile } from "./fields";
import { FILE_COLUMNS, type FileRow, findFile, keyOf, ORIGINAL, toMessageFile, uploadOf } from "./file-row";
import { addWithinLimits, refuseTooLarge } from "./limits";
import { removeFile } from "./removal";

/** An address for a part is good for so long; then the sender asks for new ones. */
const ADDRESS_TTL_MS = 60 * 60 * 1_000;

/**
 * Begins an upload into a room; every limit is checked before a byte travels.
 * @throws Refused invalid, not_found, forbidden, archived, too_large, too_many, overloaded.
 */
export async function beginUpload(viewer: Viewer, roomRef: string, file: NewFile): Promise<FileUpload> {
  refuseTooLarge(file.size);
  const room = await requireRoom(viewer, roomRef);
  if (!room.joined) throw new Refused("forbidden", "Only members send files to this room: join it first.");
  if (room.archivedAt) throw new Refused("archived", "This room is archived: it can be read, not written.");

  return begin(viewer, { purpose: "message", roomId: room.id }, file);
}

export type Target = Pick<FileRow, "purpose" | "roomId">;

/** Begins an upload for whatever the caller has allowed. @throws Refused too_many, overloaded. */
export async function begin(viewer: Viewer, target: Target, file: NewFile): Promise<FileUpload> {
  const id = newFileId();
  await insertWithinLimits(viewer, target, id, file);
  try {
    const { ref } = await shared().storage.beginUpload(keyOf(id, ORIGINAL), file.size);
    await shared().prisma.file.update({ where: { id }, data: { uploadRef: ref } });
  } catch (error) {
    log.error({ err: error, fileId: id }, "An upload could not begin.");
    await removeFile(id);
    throw storageAway(error);
  }
  return findUpload(viewer, id);
}

/** An upload of the viewer's own: what is missing of it, or the file that came of it. @throws Refused not_found. */
export async function findUpload(viewer: Viewer, id: string): Promise<FileUpload> {
  const file = await requireOwnFile(viewer, id);
  if (file.state === "uploading") await goOn(file);
  return toFileUpload(file);
}

/** Addresses run out within the hour: who goes on with an upload asks, and what is gone on with is not swept. */
async function goOn({ id }: FileRow): Promise<void> {
  await shared().pool.query(
    `UPDATE "File" SET "touchedAt" = now()
     WHERE id = $1 AND state = 'uploading' AND "touchedAt" < now() - interval '10 minutes'`,
    [id],
  );
}

/** Says what a picture shows, until it is sent. @throws Refused invalid, not_found, conflict. */
export async function describeFile(viewer: Viewer, id: string, { alt }: { alt: string }): Promise<FileUpload> {
  const file = await requireOwnFile(viewer, id);
  const { rows } = await shared().pool.query<FileRow>(
    `UPDATE "File" f SET alt = $2 WHERE f.id = $1 AND f."clientId" IS NULL AND f."deletedAt" IS NULL
     RETURNING ${FILE_COLUMNS}`,
    [file.id, alt],
  );
  if (!rows[0]) throw sentAlready();
  return toFileUpload(rows[0]);
}

/** Discards a file that was not sent, finished or not. @throws Refused not_found, conflict. */
export async function discardFile(viewer: Viewer, id: string): Promise<void> {
  const file = await requireOwnFile(viewer, id);
  if (!(await removeFile(file.id, { onlyUnsent: true }))) throw sentAlready();
}

export async function requireOwnFile(viewer: Viewer, id: string): Promise<FileRow> {
  const file = await findFile(id);
  if (!file || file.uploaderId !== viewer.id) throw new Refused("not_found", "You have no such file, or not any more.");
  return file;
}

export async function toFileUpload(file: FileRow): Promise<FileUpload> {
  const { id, roomId, state } = file;
  const isReady = state === "ready";
  return { id, roomId, state, file: isReady ? toMessageFile(file) : null, upload: await missingParts(file) };
}

async function missingParts(file: FileRow): Promise<FileUpload["upload"]> {
  const upload = uploadOf(file);
  if (file.state !== "uploading" || !upload) return null;
  const { storage } = shared();
  const there = await storage.listParts(upload).catch((error) => {
    throw error instanceof UnknownUpload ? ended() : storageAway(error);
  });
  const expiresAt = new Date(Date.now() + ADDRESS_TTL_MS);
  const missing = partsOf(file.size).filter(({ number }) => !there.has(number));
  // Each address is signed, and whoever asks in vain would have a thousand of them signed each time.
  const listed = missing.slice(0, PARTS_LISTED_MAX);
  const parts = listed.map(async (part) => ({ ...part, ...(await storage.addressPart(upload, part, expiresAt)) }));
  const missingBytes = missing.reduce((sum, { size }) => sum + size, 0);
  return { parts: await Promise.all(parts), missingBytes, expiresAt: expiresAt.toISOString() };
}

async function insertWithinLimits(viewer: Viewer, target: Target, id: string, file: NewFile): Promise<void> {
  const { name, size, alt, voice, ...details } = file;
  const row = { id, ...target, uploaderId: viewer.id, name, alt, size, storedBytes: size };
  await addWithinLimits(row, { isSent: false }, (tx) =>
    tx.file.create({ data: { ...row, kind: voice ? "voice" : "other", details: { ...details } } }),
  );
}

export function ended(): Refused {
  return new Refused("not_found", "This upload has ended: begin again.");
}

function sentAlready(): Refused {
  return new Refused("conflict", "This file was sent or put in place already: it goes with what has it.");
}

export function storageAway(cause: unknown): Refused {
  const refusal = new Refused("overloaded", "Files cannot be stored just now. Try again shortly.", {
    retryAfterMs: 5_000,
  });
  refusal.cause = cause;
  return refusal;
}
