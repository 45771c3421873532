import type { FileLimits } from "@/protocol/files";
import { FILES_PER_MESSAGE } from "@/protocol/limits";
import { config } from "@/server/config";
import type { Prisma, PrismaClient } from "@/server/db/generated/client";
import { logOncePer } from "@/server/log-once-per";
import { shared } from "@/server/shared";
import { Refused } from "../refused";

/** Longest that many at once wait for their turn. */
const TURN_MAX_MS = 10_000;
const MINUTE_MS = 60_000;

/** What this server takes, for whoever wants to know before they send. */
export function fileLimits(): FileLimits {
  const { fileBytesMax, picturePixelsMax, uploadsPerUser, storageBytesPerUser, storageBytesPerRoom } = config();
  return {
    fileBytesMax,
    filesPerMessage: FILES_PER_MESSAGE,
    picturePixelsMax,
    uploadsPerUser,
    storageBytesPerUser,
    storageBytesPerRoom,
  };
}

/** What there is already, of one person and in one room. */
type Usage = { waiting: number; userBytes: number; roomBytes: number };

type Counted = { uploaderId: string; roomId: string | null; size: number };

/**
 * Adds a file within the limits: one after the other for each person and for each room, so that of many at once none
 * finds room that another is about to take. The person's turn always comes before the room's: two that wait for each
 * other there cannot be.
 * @param isSent what is sent already waits for nobody.
 * @throws Refused too_many
 */
export async function addWithinLimits(
  { uploaderId, roomId, size }: Counted,
  { isSent }: { isSent: boolean },
  add: (tx: Prisma.TransactionClient) => Promise<unknown>,
): Promise<void> {
  await shared().prisma.$transaction(
    async (tx) => {
      await takeTurnOf(tx, uploaderId);
      if (roomId) await takeTurn(tx, `files of room ${roomId}`);
      await takeTurn(tx, "files of the server");
      const usage = await findUsage(uploaderId, roomId, tx);
      refuseBeyondLimits(size, isSent ? { ...usage, waiting: 0 } : usage);
      await refuseBeyondStorage(tx, size);
      await add(tx);
    },
    { maxWait: TURN_MAX_MS, timeout: TURN_MAX_MS },
  );
}

/** One after the other for each person, until the transaction ends. */
export function takeTurnOf(tx: Prisma.TransactionClient, uploaderId: string): Promise<void> {
  return takeTurn(tx, `files ${uploaderId}`);
}

async function takeTurn(tx: Prisma.TransactionClient, name: string): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${name}, 0))`;
}

async function findUsage(
  uploaderId: string,
  roomId: string | null,
  db: Pick<PrismaClient, "$queryRaw">,
): Promise<Usage> {
  const [usage] = await db.$queryRaw<Usage[]>`
    SELECT count(*) FILTER (
        WHERE "uploaderId" = ${uploaderId}::uuid AND "clientId" IS NULL AND (purpose = 'message' OR state <> 'ready')
      )::float8 AS waiting,
      coalesce(sum("storedBytes") FILTER (WHERE "uploaderId" = ${uploaderId}::uuid), 0)::float8 AS "userBytes",
      coalesce(sum("storedBytes") FILTER (WHERE "roomId" = ${roomId}::uuid), 0)::float8 AS "roomBytes"
    FROM "File"
    WHERE ("uploaderId" = ${uploaderId}::uuid OR "roomId" = ${roomId}::uuid) AND "deletedAt" IS NULL`;
  return usage ?? { waiting: 0, userBytes: 0, roomBytes: 0 };
}

/** Before a byte of the file has travelled. */
function refuseBeyondLimits(size: number, { waiting, userBytes, roomBytes }: Usage): void {
  const limits = fileLimits();
  if (waiting >= limits.uploadsPerUser) {
    throw new Refused("too_many", `You have ${waiting} files that were not sent: send or discard some first.`);
  }
  if (userBytes + size > limits.storageBytesPerUser) {
    const sentence = `Your files would take more than ${inWords(limits.storageBytesPerUser)}: remove some first.`;
    throw new Refused("too_many", sentence, { field: "size" });
  }
  if (roomBytes + size > limits.storageBytesPerRoom) {
    const sentence = `The files of this room would take more than ${inWords(limits.storageBytesPerRoom)}.`;
    throw new Refused("too_many", sentence, { field: "size" });
  }
}

/** What is written of a file before it is one: its parts, and the copy that is made of them. */
const COPIES = 2;

/**
 * Uploads under way have reserved what they announced: many that begin together do not fill the disk, on which the
 * database may lie. What is free below the reserve is for messages.
 */
async function refuseBeyondStorage(db: Pick<PrismaClient, "$queryRaw">, size: number): Promise<void> {
  const { storageBytesMax, diskReserveBytes } = config();
  if (storageBytesMax !== undefined) {
    const [all] = await db.$queryRaw<{ bytes: number }[]>`
      SELECT coalesce(sum("storedBytes"), 0)::float8 AS bytes FROM "File" WHERE "deletedAt" IS NULL`;
    if ((all?.bytes ?? 0) + size > storageBytesMax) {
      const sentence = `The files of this server would take more than ${inWords(storageBytesMax)}. Ask its operator.`;
      throw new Refused("too_many", sentence, { field: "size" });
    }
  }
  const free = await shared().storage.freeBytes();
  if (free === null) return;
  const [underWay] = await db.$queryRaw<{ bytes: number }[]>`
    SELECT coalesce(sum(size), 0)::float8 AS bytes FROM "File"
    WHERE state = 'uploading' AND "touchedAt" IS NOT NULL AND "deletedAt" IS NULL`;
  if (free - diskReserveBytes >= COPIES * (size + (underWay?.bytes ?? 0))) return;
  logOncePer(
    MINUTE_MS,
    "disk-full",
    "warn",
    { free },
    "The disk is nearly full: uploads are refused. Free space on it.",
  );
  throw noSpace();
}

/** What is refused where the disk has no space for files. */
export function noSpace(): Refused {
  const sentence = "The server has no space for more files right now. Messages still go out.";
  return new Refused("overloaded", sentence, { retryAfterMs: 30_000 });
}

/** @throws Refused too_large */
export function refuseTooLarge(size: number): void {
  const { fileBytesMax } = config();
  if (size <= fileBytesMax) return;
  throw new Refused("too_large", `This file is too large: it may have at most ${inWords(fileBytesMax)}.`, {
    field: "size",
  });
}

function inWords(bytes: number): string {
  const units = ["bytes", "KB", "MB", "GB", "TB"];
  let amount = bytes;
  let unit = 0;
  for (; amount >= 1_024 && unit < units.length - 1; unit++) amount /= 1_024;
  return `${Number(amount.toFixed(1))} ${units[unit]}`;
}
