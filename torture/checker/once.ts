import { type CaseFile, seconds } from "./case-file";
import type { Violation } from "./promises";

/** One message, one row, one number. */
export function once(file: CaseFile): Violation[] {
  return [...storedTwice(file), ...sharedNumbers(file), ...renumbered(file)];
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
      const other = first.get(message.seq);
      if (!other) first.set(message.seq, message);
      else {
        violations.push({
          promise: "once",
          evidence: `The database gave one number twice: ${file.describe(other)} and ${file.describe(message)}.`,
          clientIds: [other.clientId, message.clientId],
        });
      }
    }
  }
  return violations;
}

/** A retry is answered with the first message, and nobody is ever told another number. */
function renumbered(file: CaseFile): Violation[] {
  const violations: Violation[] = [];
  const first = new Map<string, (typeof file.tellings)[number]>();
  for (const telling of file.tellings) {
    const { clientId, roomId, seq } = telling.message;
    const other = first.get(clientId);
    if (!other) first.set(clientId, telling);
    else if (other.message.seq !== seq || other.message.roomId !== roomId) {
      violations.push({
        promise: "once",
        evidence: `${other.who} was told of ${file.describe(other.message)} at ${seconds(other.ms)}, and ${telling.who} of the same as ${file.describe(telling.message)} at ${seconds(telling.ms)}.`,
        clientIds: [clientId],
      });
    }
  }
  return violations;
}
