/** What a run must show, each with the sentence that a failure is told by. */
export const PROMISES = {
  "accepted-is-stored": "A message that its sender saw accepted is in the database, and so is a deletion.",
  "told-is-stored": "What anybody is told was committed before.",
  "seen-by-all": "An accepted message, and an accepted deletion, reaches every reader who stayed a member.",
  "nothing-unexpected":
    "Every message was said by somebody, as it stands, and was not refused; what is deleted was to be.",
  "stays-deleted": "Who knows that a message is deleted, or asks after it was, is never told its words again.",
  "own-room": "A reader hears only of the rooms that it joined.",
  once: "A message is stored once and has one number for ever, and so has its deletion, however often it is asked for.",
  "no-hole": "A reader is told a room's changes one after the other: no hole, no double, no swap.",
  "same-for-all": "A number of a room is the same change for everybody.",
  "real-time": "What is said or deleted after a change was accepted or read comes after it.",
  "written-order": "A client's messages are stored in the order in which they were written.",
  kept: "A client goes on until its message is stored, or shows that it was refused.",
  gapless: "Each of a room's numbers, from 1 to the last, made a message in the database or changed one.",
  "in-time":
    "A change reaches every reader of its room in 2 s, and 99 in 100 in 1 s; in 2.5 s while Redis is away, and in 20 s when Redis lost it and nothing follows.",
  "head-told": "Readers are told a room's last number every 30 s, and never one below what they were told.",
  "rights-end": "Who left a room, or was removed from it, is told nothing of it a second later.",
  unsubscribed: "A process does not subscribe to a room that everybody left.",
  converged: "At rest a client shows what the database has, and nothing unsent.",
} as const;

export type PromiseName = keyof typeof PROMISES;

export type Violation = {
  promise: PromiseName;
  /** What is wrong, in a sentence with names and numbers. */
  evidence: string;
  /** The messages that it is about: their stories belong to the evidence. */
  clientIds: string[];
};
