import { attend, type Place } from "./attendance";
import { type CaseFile, seconds } from "./case-file";
import type { Violation } from "./promises";

/** A reader who lost the last words of a room learns of them by then. */
const SILENCE_MAX_MS = 30_000;

/** Readers are told each room's last number again and again, and never one below what they were told already. */
export function headTold(file: CaseFile): Violation[] {
  const violations: Violation[] = [];
  const lookForSilence = ({ concerned, headAtMs }: Place, ms: number) => {
    const silentMs = ms > headAtMs ? file.covers.uncovered(headAtMs, ms, concerned) : 0;
    if (silentMs <= SILENCE_MAX_MS) return;
    violations.push({
      promise: "head-told",
      evidence: `At ${seconds(ms)} ${concerned.reader} had not been told the head of ${file.nameOf(concerned.roomId)} for ${seconds(silentMs)}.`,
      clientIds: [],
    });
  };
  const left = attend(file, {
    onHead(place, { reader, roomId, seq, ms }) {
      if (place.hearsFromMs === null) return;
      lookForSilence(place, ms);
      if (seq >= place.told) return;
      violations.push({
        promise: "head-told",
        evidence: `${reader} was told at ${seconds(ms)} that ${file.nameOf(roomId)} reaches ${seq}, after it was told ${place.told}.`,
        clientIds: [],
      });
    },
  });
  const endMs = file.history.events.at(-1)?.ms ?? 0;
  for (const place of left) lookForSilence(place, endMs);
  return violations;
}
