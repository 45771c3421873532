import type { FileLimits } from "@/protocol/files";
import { FILES_PER_MESSAGE } from "@/protocol/limits";
import { config } from "@/server/config";
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
