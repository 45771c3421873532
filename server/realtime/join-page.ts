import type { Change } from "@/server/backplane/backplane";

/** What a join is answered with: a page as of the room's change `seq`, and what has happened since. */
export type JoinPage = { changes: readonly Change[]; seq: number; more: boolean; after: readonly Change[] };

/**
 * Bytes of what one answer carries. Of what waits for a reader more than `BUFFERED_BYTES_MAX` makes it one that is too
 * slow: a page must leave room for what is said while it travels.
 */
export const JOIN_MAX_BYTES = 256 * 1024;
/** UTF-8 has at most so many bytes for what JavaScript counts as one. */
const BYTES_PER_CODE_UNIT = 3;

/**
 * The page, cut so that it weighs no more than one answer may; one message may come whatever it weighs. Who asked from a
 * cursor gets the oldest changes and asks on; who asked for the latest page gets the newest, and older ones are history.
 * @param head the room's last change: what a reader that asks on will have in the end.
 */
export function withinBytes(page: JoinPage, { isSince, head }: { isSince: boolean; head: number }): JoinPage {
  const { changes, after, more } = page;
  const units = changes.reduce(addUnits, after.reduce(addUnits, 0));
  // Nearly always: nothing is counted twice.
  if (units * BYTES_PER_CODE_UNIT <= JOIN_MAX_BYTES) return page;

  const afterBytes = after.reduce((sum, change) => sum + bytesOf(change), 0);
  if (!isSince) {
    const newest = firstWithin(changes.toReversed(), JOIN_MAX_BYTES - afterBytes).reverse();
    return { ...page, changes: newest, more: more || newest.length < changes.length };
  }
  // Between a page that is not the last one and what happened since, something is missing.
  const inOrder = more ? changes : [...changes, ...after];
  const oldest = firstWithin(inOrder, more ? JOIN_MAX_BYTES - afterBytes : JOIN_MAX_BYTES);
  if (oldest.length === inOrder.length) return page;
  return { changes: oldest, seq: head, more: true, after: [] };
}

function firstWithin(changes: readonly Change[], bytesMax: number): Change[] {
  let left = bytesMax;
  const end = changes.findIndex((change, index) => {
    left -= bytesOf(change);
    return left < 0 && index > 0;
  });
  return end === -1 ? [...changes] : changes.slice(0, end);
}

function addUnits(sum: number, { json }: Change): number {
  return sum + json.length;
}

function bytesOf({ json }: Change): number {
  return Buffer.byteLength(json);
}
