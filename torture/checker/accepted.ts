import { type CaseFile, isSame, seconds } from "./case-file";
import type { Violation } from "./promises";

/** Every ok is in the database, as it was told. */
export function acceptedIsStored(file: CaseFile): Violation[] {
  const violations: Violation[] = [];
  for (const { oks } of file.said.values()) {
    for (const { message, writer, ms } of oks) {
      if (file.stored.get(message.clientId)?.some((row) => isSame(row, message))) continue;
      violations.push({
        promise: "accepted-is-stored",
        evidence: `${writer} was told at ${seconds(ms)} that ${file.describe(message)} is stored; the database has ${describeRows(file, message.clientId)}.`,
        clientIds: [message.clientId],
      });
    }
  }
  return violations;
}

/** Nobody is told of what the database does not have. */
export function toldIsStored(file: CaseFile): Violation[] {
  const violations: Violation[] = [];
  const judged = new Set<string>();
  for (const { who, ms, message } of file.tellings) {
    if (judged.has(message.clientId)) continue;
    judged.add(message.clientId);
    if (file.stored.has(message.clientId)) continue;
    violations.push({
      promise: "told-is-stored",
      evidence: `${who} was told of ${file.describe(message)} at ${seconds(ms)}; the database does not have it.`,
      clientIds: [message.clientId],
    });
  }
  return violations;
}

/** Every ok was told to every reader of its room. */
export function seenByAll(file: CaseFile): Violation[] {
  const seen = new Map<string, Set<string>>();
  for (const { name } of file.history.readers) seen.set(name, new Set());
  for (const { who, message } of file.tellings) seen.get(who)?.add(message.clientId);
  for (const { reader, messages } of file.history.views) {
    for (const { clientId } of messages) seen.get(reader)?.add(clientId);
  }

  const violations: Violation[] = [];
  for (const { invoke, oks } of file.said.values()) {
    const [ok] = oks;
    if (!ok) continue;
    const missing = file.history.readers.filter(
      ({ name, rooms }) => rooms.includes(invoke.roomId) && !seen.get(name)?.has(invoke.clientId),
    );
    if (missing.length === 0) continue;
    const names = missing.map(({ name }) => name).join(", ");
    violations.push({
      promise: "seen-by-all",
      evidence: `${file.describe(ok.message)} was accepted at ${seconds(ok.ms)} and never reached ${names}.`,
      clientIds: [invoke.clientId],
    });
  }
  return violations;
}

function describeRows(file: CaseFile, clientId: string): string {
  const rows = file.stored.get(clientId) ?? [];
  return rows.length === 0 ? "no such message" : rows.map((row) => file.describe(row)).join(" and ");
}
