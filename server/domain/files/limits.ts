import type { FileLimits } from "@/protocol/files";
import { FILES_PER_MESSAGE } from "@/protocol/limits";
import { config } from "@/server/config";
import type { PrismaClient } from "@/server/db/generated/client";
import { shared } from "@/server/shared";
import { Refused } from "../refused";

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
export type Usage = { waiting: number; userBytes: number; roomBytes: number };

/** @param db a transaction, of who begins something that counts. */
export async function findUsage(
  uploaderId: string,
  roomId: string | null,
  db: Pick<PrismaClient, "$queryRaw"> = shared().prisma,
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

/** @throws Refused too_large, too_many: before a byte of the file has travelled. */
export function refuseBeyondLimits(size: number, { waiting, userBytes, roomBytes }: Usage): void {
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
