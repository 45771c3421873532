import { type CaseFile, seconds } from "./case-file";
import type { Violation } from "./promises";

/**
 * Who was told that a message is deleted is never told its words again; and who asks, or connects, after
 * its deletion was accepted, is not told them either, by whichever process.
 */
export function staysDeleted(file: CaseFile): Violation[] {
  const violations: Violation[] = [];
  const judged = new Set<string>();
  const toldAt = new Map<string, { at: number; ms: number }>();
  for (const { who, at, ms, message, minds } of file.tellings) {
    const key = `${who} ${message.clientId}`;
    const told = toldAt.get(key);
    if (message.isDeleted) {
      if (!told) toldAt.set(key, { at, ms });
      continue;
    }
    const accepted = file.said.get(message.clientId)?.deletion?.ok;
    const why =
      told && told.at < minds.own
        ? `after it was told at ${seconds(told.ms)} that it is deleted`
        : accepted && accepted.at < minds.others
          ? `and asked after the deletion was accepted at ${seconds(accepted.ms)}`
          : null;
    if (!why || judged.has(key)) continue;
    judged.add(key);
    violations.push({
      promise: "stays-deleted",
      evidence: `${who} was told of ${file.describe(message)} at ${seconds(ms)}, ${why}.`,
      clientIds: [message.clientId],
    });
  }
  return violations;
}
