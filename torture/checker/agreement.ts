import type { Told } from "../history/events";
import { type CaseFile, isSame, seconds } from "./case-file";
import type { Violation } from "./promises";

/** A number of a room names the same change, word for word, to everybody and in the database. */
export function sameForAll(file: CaseFile): Violation[] {
  const violations: Violation[] = [];
  const known = new Map<string, { message: Told; whence: string }>();
  const keyOf = ({ roomId, rev }: Told) => `${roomId} ${rev}`;
  for (const { messages } of file.history.stored) {
    for (const message of messages) {
      known.set(keyOf(message), { message, whence: "the database has" });
      const original = beforeChange(file, message);
      if (original) known.set(keyOf(original), { message: original, whence: "the database had" });
    }
  }
  const judged = new Set<string>();
  for (const { who, ms, message } of file.tellings) {
    const key = keyOf(message);
    const other = known.get(key);
    if (!other) known.set(key, { message, whence: `${who} was told at ${seconds(ms)} of` });
    else if (!isSame(other.message, message) && !judged.has(key)) {
      judged.add(key);
      violations.push({
        promise: "same-for-all",
        evidence: `${who} was told at ${seconds(ms)} of ${file.describe(message)}; ${other.whence} ${file.describe(other.message)}.`,
        clientIds: [...new Set([message.clientId, other.message.clientId])],
      });
    }
  }
  return violations;
}

/** What a message was before it was deleted or its links were shown: its words are with the person who said them. */
function beforeChange(file: CaseFile, row: Told): Told | null {
  const said = file.said.get(row.clientId);
  // A message with links may have been changed more than once: what it was in between, its readers say.
  if (row.rev === row.seq || !said) return null;
  return { ...row, rev: row.seq, message: said.invoke.message, isDeleted: false };
}
