import type { History } from "../history/events";
import { acceptedIsStored, seenByAll, toldIsStored } from "./accepted";
import { sameForAll } from "./agreement";
import { CaseFile } from "./case-file";
import { staysDeleted } from "./deleted";
import { nothingUnexpected, ownRoom } from "./expected";
import { headTold } from "./heads";
import { inTime } from "./in-time";
import { once } from "./once";
import { kept, realTime, writtenOrder } from "./order";
import type { Violation } from "./promises";
import { rightsEnd } from "./rights";
import { noHole } from "./sequence";
import { gapless } from "./storage";
import { unsubscribed } from "./subscriptions";
import { converged } from "./views";

/** Those that name the cause stand before those that name its consequences. */
const RULES = [
  acceptedIsStored,
  toldIsStored,
  once,
  gapless,
  nothingUnexpected,
  staysDeleted,
  sameForAll,
  realTime,
  writtenOrder,
  noHole,
  ownRoom,
  rightsEnd,
  unsubscribed,
  headTold,
  inTime,
  seenByAll,
  kept,
  converged,
];

/** Whether the promises were kept in this history: one violation for each breach, none when all is well. Pure. */
export function check(history: History): Violation[] {
  const file = new CaseFile(history);
  return RULES.flatMap((rule) => rule(file));
}
