import type { Told } from "../history/events";
import { type CaseFile, quote, type Said, seconds } from "./case-file";
import type { Violation } from "./promises";

/** What is told or stored was said, by that author, in that room, in those words; and what is deleted was to be deleted. */
export function nothingUnexpected(file: CaseFile): Violation[] {
  const violations: Violation[] = [];
  const judged = new Set<string>();

  function judge(message: Told, at: number, where: string): void {
    const fault = findFault(file, message, at);
    if (!fault || judged.has(message.clientId)) return;
    judged.add(message.clientId);
    violations.push({
      promise: "nothing-unexpected",
      evidence: `${where} ${file.describe(message)}, ${fault}.`,
      clientIds: [message.clientId],
    });
  }

  for (const message of file.history.stored.flatMap(({ messages }) => messages)) {
    judge(message, Number.POSITIVE_INFINITY, "The database has");
  }
  for (const { who, at, ms, message } of file.tellings) judge(message, at, `${who} was told at ${seconds(ms)} of`);
  return violations;
}

/** A room's messages stay among those who joined it. */
export function ownRoom(file: CaseFile): Violation[] {
  const violations: Violation[] = [];
  for (const { who, ms, message } of file.tellings) {
    const reader = file.readers.get(who);
    if (!reader || reader.rooms.includes(message.roomId)) continue;
    violations.push({
      promise: "own-room",
      evidence: `${who} was told at ${seconds(ms)} of ${file.describe(message)}, a room that it never joined.`,
      clientIds: [message.clientId],
    });
  }
  return violations;
}

function findFault(file: CaseFile, message: Told, at: number): string | null {
  const said = file.said.get(message.clientId);
  if (!said) return "which nobody said";
  const { invoke, refused } = said;
  if (invoke.roomId !== message.roomId) return `but ${invoke.writer} said it in ${file.nameOf(invoke.roomId)}`;
  if (invoke.authorId !== message.senderId) return `but it was ${invoke.writer} who said it`;
  if (refused) return `which was refused (${refused.code}) at ${seconds(refused.ms)}`;
  return message.isDeleted ? findFaultOfDeletion(said, message, at) : findFaultOfWords(said, message);
}

function findFaultOfWords({ invoke }: Said, { message, seq, rev, hasLinks }: Told): string | null {
  if (invoke.message !== message) return `but ${invoke.writer} said ${quote(invoke.message)}`;
  if (hasLinks && !message.includes("://")) return "with a link, and it has none";
  if (rev !== seq && !hasLinks) return `as change ${rev}, and nobody changed its words`;
  return null;
}

function findFaultOfDeletion({ deletion }: Said, { message, seq, rev }: Told, at: number): string | null {
  if (!deletion) return "which nobody asked to delete";
  const { invoke, refused } = deletion;
  if (invoke.at > at) return `which nobody asked to delete before ${seconds(invoke.ms)}`;
  if (refused) return `whose deletion was refused (${refused.code}) at ${seconds(refused.ms)}`;
  if (message !== "") return "with its words";
  if (rev <= seq) return "under no number of its own";
  return null;
}
