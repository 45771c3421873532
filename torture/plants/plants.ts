import type { PromiseName } from "../checker/promises";
import type { Tamper } from "./man-in-the-middle";
import { double, drop, misplace, repeat, reword, swap } from "./tampers";

/** So many messages are said in each conversation. */
export const MESSAGES = 8;
/** The message that is tampered with, or deleted: neither the first nor the last. */
export const NTH = 4;
/** The frame that tells of the deletion. */
const DELETION = MESSAGES + 1;

export type Plant = {
  name: string;
  /** The promise that it breaks; null when it plants nothing and nothing may be found. */
  breaks: PromiseName | null;
  /** When all is said, the nth message is deleted and one more is said. */
  deletes?: true;
  tamper?: (elsewhere: string) => Tamper;
  /** Spoils the database once all is said: `$1` is the room. Then the planter reads the room's history by REST. */
  spoil?: string[];
};

export const PLANTS: Plant[] = [
  { name: "nothing", breaks: null },
  { name: "a frame dropped", breaks: "no-hole", tamper: () => drop(NTH) },
  { name: "a frame doubled", breaks: "no-hole", tamper: () => double(NTH) },
  { name: "a pair of frames swapped", breaks: "no-hole", tamper: () => swap(NTH) },
  { name: "a deletion", breaks: null, deletes: true },
  { name: "a deletion's frame dropped", breaks: "no-hole", deletes: true, tamper: () => drop(DELETION) },
  { name: "deleted words told again", breaks: "stays-deleted", deletes: true, tamper: () => repeat(NTH, DELETION) },
  {
    name: "deleted words back in the database",
    breaks: "stays-deleted",
    deletes: true,
    spoil: [
      `UPDATE "Message" SET body = 'back again', "deletedAt" = NULL, rev = seq WHERE "roomId" = $1 AND seq = ${NTH}`,
    ],
  },
  { name: "a foreign room's message", breaks: "own-room", tamper: (elsewhere) => misplace(NTH, elsewhere) },
  { name: "words changed on the way", breaks: "same-for-all", tamper: () => reword(NTH) },
  {
    name: "an ok lost",
    breaks: "accepted-is-stored",
    spoil: [
      `DELETE FROM "Message" WHERE "roomId" = $1 AND seq = ${MESSAGES}`,
      `UPDATE "Room" SET "lastSeq" = ${MESSAGES - 1} WHERE id = $1`,
    ],
  },
  {
    name: "a hole in the database",
    breaks: "gapless",
    spoil: [`DELETE FROM "Message" WHERE "roomId" = $1 AND seq = ${NTH}`],
  },
  {
    name: "a wrong order in the database",
    breaks: "real-time",
    spoil: [
      `UPDATE "Message" SET seq = -seq, rev = -rev WHERE "roomId" = $1`,
      `UPDATE "Message" SET seq = ${MESSAGES + 1} + seq, rev = ${MESSAGES + 1} + rev WHERE "roomId" = $1`,
    ],
  },
  {
    name: "an insert doubled",
    breaks: "once",
    spoil: [
      `DROP INDEX "Message_authorId_clientId_key"`,
      `INSERT INTO "Message" (id, "roomId", seq, rev, "authorId", "clientId", body)
       SELECT gen_random_uuid(), "roomId", ${MESSAGES + 1}, ${MESSAGES + 1}, "authorId", "clientId", body
       FROM "Message" WHERE "roomId" = $1 AND seq = ${NTH}`,
      `UPDATE "Room" SET "lastSeq" = ${MESSAGES + 1} WHERE id = $1`,
    ],
  },
];
