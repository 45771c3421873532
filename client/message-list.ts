import type { Message } from "@/protocol/frames";

/** Where the message with this `seq` stands or would stand, by halving. */
export function placeOfSeq(messages: readonly Message[], seq: number): number {
  let low = 0;
  let high = messages.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((messages[middle] as Message).seq < seq) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The message with this `seq`, if it is among them. */
export function findSeq(messages: readonly Message[], seq: number): Message | undefined {
  const found = messages[placeOfSeq(messages, seq)];
  return found?.seq === seq ? found : undefined;
}

/**
 * Puts changes into messages that stand by `seq`, the newer change of each winning. One of a message before `from` or
 * after `to` is left out: its page, once loaded, brings it. Changes come by `rev`, so a message that was edited
 * meanwhile comes after later ones and is put back into its place.
 */
export function putChanges(
  messages: readonly Message[],
  changes: readonly Message[],
  from: number,
  to = Number.POSITIVE_INFINITY,
): readonly Message[] {
  const result = [...messages];
  for (const change of changes) {
    if (change.seq < from || change.seq > to) continue;
    const index = placeOfSeq(result, change.seq);
    const present = result[index];
    if (present?.seq !== change.seq) result.splice(index, 0, change);
    else if (present.rev < change.rev) result[index] = change;
  }
  return result;
}

/** Of each message its last change among these, by `seq`. */
export function newestBySeq(changes: Iterable<Message>): ReadonlyMap<number, Message> {
  const newest = new Map<number, Message>();
  for (const change of changes) {
    if (change.rev > (newest.get(change.seq)?.rev ?? 0)) newest.set(change.seq, change);
  }
  return newest;
}
