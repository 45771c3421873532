import { type CaseFile, seconds } from "./case-file";
import type { Violation } from "./promises";

/** A process looks for empty rooms every 20 seconds, and closes one that was empty twice. */
export const UNSUBSCRIBED_AFTER_MS = 45_000;

/** A process subscribes to a room only while somebody listens there, and a little longer. */
export function unsubscribed(file: CaseFile): Violation[] {
  return (file.history.abandoned ?? [])
    .filter(({ leftForMs, subscribers }) => leftForMs >= UNSUBSCRIBED_AFTER_MS && subscribers > 0)
    .map(({ name, leftForMs, subscribers }) => ({
      promise: "unsubscribed",
      evidence: `Everybody left ${name} ${seconds(leftForMs)} before, and ${subscribers} processes still subscribe to it.`,
      clientIds: [],
    }));
}
