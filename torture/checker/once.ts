import type { Told } from "../history/events";
import { type CaseFile, seconds, type Telling } from "./case-file";
import type { Violation } from "./promises";

/** One message, one row, one number; one deletion, one number more. */
export function once(file: CaseFile): Violation[] {
  return [...storedTwice(file), ...sharedNumbers(file), ...renumbered(file), ...deletedTwice(file)];
}

function storedTwice(file: CaseFile): Violation[] {
  return [...file.stored]
    .filter(([, rows]) => rows.length > 1)
    .map(([clientId, rows]) => ({
      promise: "once",
      evidence: `The database has one message ${rows.length} times: ${rows.map((row) => file.describe(row)).join(", ")}.`,
      clientIds: [clientId],
    }));
}

function sharedNumbers(file: CaseFile): Violation[] {
  const violations: Violation[] = [];
  for (const { messages } of file.history.stored) {
    const first = new Map<number, (typeof messages)[number]>();
    for (const message of messages) {
      for (const number of new Set([message.seq, message.rev])) {
        const other = first.get(number);
        if (!other) first.set(number, message);
        else {
          violations.push({
            promise: "once",
            evidence: `The database gave the number ${number} twice: ${file.describe(other)} and ${file.describe(message)}.`,
            clientIds: [other.clientId, message.clientId],
          });
        }
      }
    }
  }
  return violations;
}

/** A retry is answered with the first message, and nobody is ever told another number. */
function renumbered(file: CaseFile): Violation[] {
  return findContradictions(file, file.tellings, (a, b) => a.seq === b.seq && a.roomId === b.roomId);
}

/** Whoever asks for a deletion again gets no second one. */
function deletedTwice(file: CaseFile): Violation[] {
  const deletions = file.tellings.filter(({ message }) => message.isDeleted);
  return findContradictions(file, deletions, (a, b) => a.rev === b.rev);
}

function findContradictions(
  file: CaseFile,
  tellings: readonly Telling[],
  agree: (a: Told, b: Told) => boolean,
): Violation[] {
  const violations: Violation[] = [];
  const first = new Map<string, Telling>();
  for (const telling of tellings) {
    const { clientId } = telling.message;
    const other = first.get(clientId);
    if (!other) first.set(clientId, telling);
    else if (!agree(other.message, telling.message)) {
      violations.push({
        promise: "once",
        evidence: `${other.who} was told of ${file.describe(other.message)} at ${seconds(other.ms)}, and ${telling.who} of the same as ${file.describe(telling.message)} at ${seconds(telling.ms)}.`,
        clientIds: [clientId],
      });
    }
  }
  return violations;
}
