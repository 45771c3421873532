import { type CaseFile, isLinkedSince, isSame, isSameMessage, type Said, seconds } from "./case-file";
import type { Violation } from "./promises";

/** Every ok is in the database, as it was told or deleted as its writer wished; and every accepted deletion is there. */
export function acceptedIsStored(file: CaseFile): Violation[] {
  const violations: Violation[] = [];
  for (const { oks, deletion } of file.said.values()) {
    for (const { message, writer, ms } of oks) {
      const rows = file.stored.get(message.clientId) ?? [];
      const isDeletedSince = (row: (typeof rows)[number]) =>
        deletion !== null && row.isDeleted && row.rev > message.rev && isSameMessage(row, message);
      if (rows.some((row) => isSame(row, message) || isDeletedSince(row) || isLinkedSince(row, message))) continue;
      violations.push({
        promise: "accepted-is-stored",
        evidence: `${writer} was told at ${seconds(ms)} that ${file.describe(message)} is stored; the database has ${describeRows(file, message.clientId)}.`,
        clientIds: [message.clientId],
      });
    }
    if (deletion?.ok && !isDeletedInDatabase(file, deletion.ok.clientId)) {
      const { writer, ms, clientId } = deletion.ok;
      violations.push({
        promise: "accepted-is-stored",
        evidence: `${writer} was told at ${seconds(ms)} that its message is deleted; the database has ${describeRows(file, clientId)}.`,
        clientIds: [clientId],
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
    const key = `${message.clientId} ${message.isDeleted}`;
    if (judged.has(key)) continue;
    judged.add(key);
    const { clientId } = message;
    if (message.isDeleted ? isDeletedInDatabase(file, clientId) : file.stored.has(clientId)) continue;
    violations.push({
      promise: "told-is-stored",
      evidence: `${who} was told of ${file.describe(message)} at ${seconds(ms)}; the database has ${describeRows(file, clientId)}.`,
      clientIds: [clientId],
    });
  }
  return violations;
}

/** Every ok was told to every reader of its room, and every accepted deletion. */
export function seenByAll(file: CaseFile): Violation[] {
  const seen = { messages: new Map<string, Set<string>>(), deletions: new Map<string, Set<string>>() };
  for (const { name } of file.history.readers) {
    seen.messages.set(name, new Set());
    seen.deletions.set(name, new Set());
  }
  const see = (who: string, { clientId, isDeleted }: { clientId: string; isDeleted: boolean }) => {
    seen.messages.get(who)?.add(clientId);
    if (isDeleted) seen.deletions.get(who)?.add(clientId);
  };
  for (const { who, message } of file.tellings) see(who, message);
  for (const { reader, messages } of file.history.views) for (const message of messages) see(reader, message);

  const violations: Violation[] = [];
  const judge = ({ invoke }: Said, what: string, ms: number, seenBy: Map<string, Set<string>>) => {
    const missing = file.history.readers.filter(
      ({ name, rooms }) => rooms.includes(invoke.roomId) && !seenBy.get(name)?.has(invoke.clientId),
    );
    if (missing.length === 0) return;
    const names = missing.map(({ name }) => name).join(", ");
    violations.push({
      promise: "seen-by-all",
      evidence: `${what} was accepted at ${seconds(ms)} and never reached ${names}.`,
      clientIds: [invoke.clientId],
    });
  };
  for (const said of file.said.values()) {
    const [ok] = said.oks;
    if (ok) judge(said, file.describe(ok.message), ok.ms, seen.messages);
    const deleted = said.deletion?.ok;
    if (deleted) judge(said, `The deletion of ${deleted.clientId}`, deleted.ms, seen.deletions);
  }
  return violations;
}

function isDeletedInDatabase(file: CaseFile, clientId: string): boolean {
  return file.stored.get(clientId)?.some(({ isDeleted }) => isDeleted) ?? false;
}

function describeRows(file: CaseFile, clientId: string): string {
  const rows = file.stored.get(clientId) ?? [];
  return rows.length === 0 ? "no such message" : rows.map((row) => file.describe(row)).join(" and ");
}
