import type { StoredRoom } from "../history/events";
import type { CaseFile } from "./case-file";
import type { Violation } from "./promises";

/** The numbers 1 to `lastSeq`, each with the message that it made or changed. */
export function gapless(file: CaseFile): Violation[] {
  return file.history.stored.flatMap((room) => {
    const gap = findGap(file, room);
    return gap ? [{ promise: "gapless" as const, evidence: `${room.name} ${gap}.`, clientIds: [] }] : [];
  });
}

function findGap(file: CaseFile, { roomId, lastSeq, messages }: StoredRoom): string | null {
  const present = new Set(messages.flatMap(({ seq, rev }) => [seq, rev]));
  for (let seq = 1; seq <= lastSeq; seq++) {
    if (!present.has(seq) && !file.rowOf(roomId, seq)) return `counted ${lastSeq} changes and has no number ${seq}`;
  }
  const beyond = [...present].find((number) => number > lastSeq || number < 1);
  return beyond === undefined ? null : `counted ${lastSeq} changes and has a number ${beyond}`;
}
