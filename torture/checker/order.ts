import { type CaseFile, seconds } from "./case-file";
import type { Violation } from "./promises";

/**
 * Whoever speaks after a message was accepted, or after somebody read it, stands after it in the room.
 * From the last number to the first: the earliest moment at which a later number was known must not lie
 * before the moment at which this one was said.
 */
export function realTime(file: CaseFile): Violation[] {
  const knownAt = new Map<string, { at: number; ms: number; who: string }>();
  for (const { who, at, ms, message } of file.tellings) {
    if (!knownAt.has(message.clientId)) knownAt.set(message.clientId, { at, ms, who });
  }

  const violations: Violation[] = [];
  for (const { messages } of file.history.stored) {
    let earliest: { at: number; ms: number; who: string; message: (typeof messages)[number] } | null = null;
    for (const message of [...messages].sort((a, b) => b.seq - a.seq)) {
      const invoke = file.said.get(message.clientId)?.invoke;
      if (invoke && earliest && earliest.at < invoke.at) {
        violations.push({
          promise: "real-time",
          evidence: `${earliest.who} knew of ${file.describe(earliest.message)} at ${seconds(earliest.ms)}, before ${file.describe(message)} was said at ${seconds(invoke.ms)}.`,
          clientIds: [earliest.message.clientId, message.clientId],
        });
      }
      const known = knownAt.get(message.clientId);
      if (known && (!earliest || known.at < earliest.at)) earliest = { ...known, message };
    }
  }
  return violations;
}

/** What one client wrote into one room stands there in the order in which it was written. */
export function writtenOrder(file: CaseFile): Violation[] {
  const violations: Violation[] = [];
  const last = new Map<string, { seq: number; clientId: string }>();
  for (const [clientId, { invoke }] of file.said) {
    const row = file.stored.get(clientId)?.[0];
    if (!row || !file.writers.get(invoke.writer)?.keepsOrder) continue;
    const key = `${invoke.writer} ${invoke.roomId}`;
    const before = last.get(key);
    if (before && before.seq > row.seq) {
      const [earlier] = file.stored.get(before.clientId) ?? [];
      violations.push({
        promise: "written-order",
        evidence: `${invoke.writer} wrote ${file.describe(row)} after ${earlier ? file.describe(earlier) : before.clientId}.`,
        clientIds: [before.clientId, clientId],
      });
    }
    last.set(key, { seq: row.seq, clientId });
  }
  return violations;
}

/** A client's message ends as accepted or as refused, never as forgotten. */
export function kept(file: CaseFile): Violation[] {
  return [...file.said.values()]
    .filter(({ invoke, oks, refused }) => file.writers.get(invoke.writer)?.neverGivesUp && oks.length === 0 && !refused)
    .map(({ invoke }) => ({
      promise: "kept",
      evidence: `${invoke.writer} said ${JSON.stringify(invoke.message.slice(0, 40))} in ${file.nameOf(invoke.roomId)} at ${seconds(invoke.ms)} and was never answered.`,
      clientIds: [invoke.clientId],
    }));
}
