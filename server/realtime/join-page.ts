import { PAGE_SIZE } from "@/protocol/limits";
import type { Change } from "@/server/backplane/backplane";

/** What a join is answered with: a page as of the room's change `seq`. */
export type JoinPage = { changes: readonly Change[]; seq: number; more: boolean };

/**
 * Bytes of what one answer carries. Of what waits for a reader more than `BUFFERED_BYTES_MAX` makes it one that is too
 * slow: a page must leave room for what is said while it travels.
 */
export const JOIN_MAX_BYTES = 256 * 1024;
/** UTF-8 has at most so many bytes for what JavaScript counts as one. */
const BYTES_PER_CODE_UNIT = 3;

/**
 * A page with what has happened `after` it was read, as of the room's change `head`: what the database would answer now.
 * Who is given only some of what they asked for since their cursor asks on, and is told the rest then.
 */
export function asOf(
  head: number,
  page: JoinPage,
  after: readonly Change[],
  { isSince }: { isSince: boolean },
): JoinPage {
  const { changes, more } = page;
  if (after.length === 0 || (isSince && more)) return { ...page, seq: head };
  if (isSince) return { changes: newestOfEach([...changes, ...after]), seq: head, more };
  const oldest = changes[0]?.seq ?? 0;
  const newest = new Map(changes.map((change) => [change.seq, change]));
  for (const change of after) if (change.seq >= oldest) newest.set(change.seq, change);
  const inOrder = [...newest.values()].sort((a, b) => a.seq - b.seq);
  return { changes: inOrder.slice(-PAGE_SIZE), seq: head, more: more || inOrder.length > PAGE_SIZE };
}

/** As the database would answer: who comes after a message was changed or deleted is not told what it said before. */
export function newestOfEach(changes: Change[]): Change[] {
  if (changes.every(({ rev, seq }) => rev === seq)) return changes;
  const newest = new Map(changes.map((change) => [change.seq, change]));
  return changes.filter((change) => newest.get(change.seq) === change);
}

/**
 * The page, cut so that it weighs no more than one answer may; one message may come whatever it weighs. Who asked from a
 * cursor gets the oldest changes and asks on; who asked for the latest page gets the newest, and older ones are history.
 */
export function withinBytes(page: JoinPage, { isSince }: { isSince: boolean }): JoinPage {
  const { changes } = page;
  const units = changes.reduce((sum, { json }) => sum + json.length, 0);
  // Nearly always: nothing is counted twice.
  if (units * BYTES_PER_CODE_UNIT <= JOIN_MAX_BYTES) return page;
  const fitting = firstWithin(isSince ? changes : changes.toReversed(), JOIN_MAX_BYTES);
  if (fitting.length === changes.length) return page;
  return { ...page, changes: isSince ? fitting : fitting.reverse(), more: true };
}

function firstWithin(changes: readonly Change[], bytesMax: number): Change[] {
  let left = bytesMax;
  const end = changes.findIndex((change, index) => {
    left -= bytesOf(change);
    return left < 0 && index > 0;
  });
  return end === -1 ? [...changes] : changes.slice(0, end);
}

function bytesOf({ json }: Change): number {
  return Buffer.byteLength(json);
}
