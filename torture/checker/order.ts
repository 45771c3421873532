import type { Told } from "../history/events";
import { type CaseFile, seconds } from "./case-file";
import type { Violation } from "./promises";

type Moment = { at: number; ms: number; who: string };

/** A message or its deletion, under its number: when it was asked for, and when somebody first knew of it. */
type Change = {
  number: number;
  message: Told;
  what: string;
  askedFor: Omit<Moment, "who"> | null;
  known: Moment | null;
};

/**
 * Whoever speaks or deletes after a change was accepted, or after somebody read it, stands after it in the
 * room. From the last number to the first: the earliest moment at which a later number was known must not
 * lie before the moment at which this one was asked for.
 */
export function realTime(file: CaseFile): Violation[] {
  const known = findKnown(file);
  const violations: Violation[] = [];
  for (const { messages } of file.history.stored) {
    let earliest: (Moment & Pick<Change, "message" | "what">) | null = null;
    const changes = messages.flatMap((message) => toChanges(file, known, message));
    for (const change of changes.sort((a, b) => b.number - a.number)) {
      const { message, what, askedFor } = change;
      if (askedFor && earliest && earliest.at < askedFor.at) {
        violations.push({
          promise: "real-time",
          evidence: `${earliest.who} knew ${earliest.what} at ${seconds(earliest.ms)}; ${what} comes before it and was asked for at ${seconds(askedFor.ms)}.`,
          clientIds: [...new Set([earliest.message.clientId, message.clientId])],
        });
      }
      if (change.known && (!earliest || change.known.at < earliest.at)) earliest = { ...change.known, message, what };
    }
  }
  return violations;
}

function toChanges(file: CaseFile, known: Known, message: Told): Change[] {
  const said = file.said.get(message.clientId);
  const words: Change = {
    number: message.seq,
    message,
    what: file.describe(message),
    askedFor: said?.invoke ?? null,
    known: known.messages.get(message.clientId) ?? null,
  };
  if (!message.isDeleted) return [words];
  const deletion: Change = {
    number: message.rev,
    message,
    what: `change ${message.rev}, the deletion of ${message.seq}`,
    askedFor: said?.deletion?.invoke ?? null,
    known: known.deletions.get(message.clientId) ?? null,
  };
  return [words, deletion];
}

type Known = Record<"messages" | "deletions", Map<string, Moment>>;

/** When each message, and each deletion, was first known to somebody, by `clientId`. */
function findKnown(file: CaseFile): Known {
  const messages = new Map<string, Moment>();
  const deletions = new Map<string, Moment>();
  for (const { who, at, ms, message } of file.tellings) {
    if (!messages.has(message.clientId)) messages.set(message.clientId, { at, ms, who });
    if (message.isDeleted && !deletions.has(message.clientId)) deletions.set(message.clientId, { at, ms, who });
  }
  for (const [clientId, { deletion }] of file.said) {
    const earlier = deletions.get(clientId);
    const ok = deletion?.ok;
    if (ok && (!earlier || ok.at < earlier.at)) deletions.set(clientId, { at: ok.at, ms: ok.ms, who: ok.writer });
  }
  return { messages, deletions };
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
