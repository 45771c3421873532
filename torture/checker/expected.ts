import type { Told } from "../history/events";
import { type CaseFile, quote, seconds } from "./case-file";
import type { Violation } from "./promises";

/** What is told or stored was said, by that author, in that room, in those words. */
export function nothingUnexpected(file: CaseFile): Violation[] {
  const violations: Violation[] = [];
  const judged = new Set<string>();

  function judge(message: Told, where: string): void {
    const fault = findFault(file, message);
    if (!fault || judged.has(message.clientId)) return;
    judged.add(message.clientId);
    violations.push({
      promise: "nothing-unexpected",
      evidence: `${where} ${file.describe(message)}, ${fault}.`,
      clientIds: [message.clientId],
    });
  }

  for (const { messages } of file.history.stored) for (const message of messages) judge(message, "The database has");
  for (const { who, ms, message } of file.tellings) judge(message, `${who} was told at ${seconds(ms)} of`);
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

function findFault(file: CaseFile, message: Told): string | null {
  const said = file.said.get(message.clientId);
  if (!said) return "which nobody said";
  const { invoke, refused } = said;
  if (invoke.message !== message.message) return `but ${invoke.writer} said ${quote(invoke.message)}`;
  if (invoke.roomId !== message.roomId) return `but ${invoke.writer} said it in ${file.nameOf(invoke.roomId)}`;
  if (invoke.authorId !== message.senderId) return `but it was ${invoke.writer} who said it`;
  if (message.rev !== message.seq) return `as change ${message.rev}, and nobody changed it`;
  if (refused) return `which was refused (${refused.code}) at ${seconds(refused.ms)}`;
  return null;
}
