import { type CaseFile, seconds } from "./case-file";
import type { Violation } from "./promises";

const GRACE_MS = 1_000;

/** Who left a room, or was removed from it, is told nothing of it a second later, until they are let in again. */
export function rightsEnd(file: CaseFile): Violation[] {
  const violations: Violation[] = [];
  const dismissed = new Map<string, number>();
  const processes = new Map<string, string | undefined>();
  for (const event of file.history.events) {
    if (event.type === "connected") processes.set(event.reader, event.process);
    if (event.type === "dismissed") dismissed.set(keyOf(event), event.ms);
    if (event.type === "admitted") dismissed.delete(keyOf(event));
    if (event.type !== "heard" && event.type !== "joined" && event.type !== "page" && event.type !== "head") continue;

    const { reader, ms } = event;
    const roomId = event.type === "heard" ? event.message.roomId : event.roomId;
    const key = keyOf({ reader, roomId });
    const endedMs = dismissed.get(key);
    if (endedMs === undefined) continue;
    const lateMs = file.covers.uncovered(endedMs, ms, { process: processes.get(reader), reader, roomId });
    if (lateMs <= GRACE_MS) continue;
    // One for each time that a right ended.
    dismissed.delete(key);
    violations.push({
      promise: "rights-end",
      evidence: `${reader} lost ${file.nameOf(roomId)} at ${seconds(endedMs)} and was still told of it at ${seconds(ms)}.`,
      clientIds: event.type === "heard" ? [event.message.clientId] : [],
    });
  }
  return violations;
}

function keyOf({ reader, roomId }: { reader: string; roomId: string }): string {
  return `${reader} ${roomId}`;
}
