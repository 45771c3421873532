import type { JoinedEvent, Recorded, Told } from "../history/events";
import { type CaseFile, seconds } from "./case-file";
import type { Violation } from "./promises";

/** By room: the last number told on this connection, or shown on this page. Null before the first. */
type Places = Map<string, number | null>;

/** Replays what each reader was told: every frame must be the one that its protocol says comes next. */
export function noHole(file: CaseFile): Violation[] {
  const places = new Map<string, Places>();
  for (const { name, rooms } of file.history.readers) {
    places.set(name, new Map(rooms.map((roomId) => [roomId, null])));
  }

  const violations: Violation[] = [];
  for (const event of file.history.events) {
    if (!("reader" in event)) continue;
    const rooms = places.get(event.reader);
    if (isOfAnotherRule(event)) continue;
    if (event.type === "connected") {
      for (const roomId of rooms?.keys() ?? []) rooms?.set(roomId, null);
      continue;
    }
    const fault = advance(file, rooms, event);
    if (!fault) continue;
    const roomId = "messages" in event ? event.roomId : event.message.roomId;
    violations.push({
      promise: "no-hole",
      evidence: `${event.reader} in ${file.nameOf(roomId)} at ${seconds(event.ms)}: ${fault}.`,
      clientIds: "messages" in event ? [] : [event.message.clientId],
    });
  }
  return violations;
}

/** Heads, and rights that begin and end. Who lost a room and is let in again asks on from its cursor. */
function isOfAnotherRule(event: Recorded): event is Extract<Recorded, { type: OtherRule }> {
  return ["head", "left", "admitted", "dismissed"].includes(event.type);
}

type OtherRule = "head" | "left" | "admitted" | "dismissed";

type ReaderEvent = Extract<Recorded, { type: "joined" | "heard" | "page" | "shown" | "changed" }>;

/** @returns what is wrong with this event, where something is; the place is as after a right one. */
function advance(file: CaseFile, places: Places | undefined, event: ReaderEvent): string | null {
  switch (event.type) {
    case "page":
      return findFaultOfPage(file, event.messages);
    case "changed":
      return null;
    case "joined":
      // A room that the reader never joined is another rule's affair.
      if (!places?.has(event.roomId)) return null;
      places.set(event.roomId, event.seq);
      return findFaultOfAnswer(file, event);
    case "heard":
    case "shown": {
      const { message, at } = event;
      const last = places?.get(message.roomId);
      if (!places || last === undefined) return null;
      places.set(message.roomId, event.type === "heard" ? Math.max(message.rev, last ?? 0) : message.seq);
      return event.type === "heard"
        ? findFaultOfFrame(file, last, message, at)
        : findFaultOfLine(file, last, message, at);
    }
    default:
      return event satisfies never;
  }
}

/** What changed since, each message once and as it is now, the oldest change first. */
function findFaultOfAnswer(file: CaseFile, event: Recorded<JoinedEvent>): string | null {
  const { roomId, since, seq, more, messages, at } = event;
  const what = `the answer to "join since ${since}"`;
  let reached = since;
  for (const [index, { rev }] of messages.entries()) {
    const isMissed = (number: number) => !isOvertaken(file, { roomId, number, at });
    if (rev <= reached || numbersBetween(reached, rev).some(isMissed)) {
      return `${what} told ${rev} in place ${index + 1}, after ${reached}`;
    }
    reached = rev;
  }
  if (more) return messages.length === 0 ? `${what} told nothing and promised more` : null;
  return reached === seq ? null : `${what} ended with ${reached} and said that it reached ${seq}`;
}

function findFaultOfFrame(file: CaseFile, last: number | null, { roomId, rev }: Told, at: number): string | null {
  if (last === null) return `it was told ${rev} before its join was answered`;
  const isMissed = (number: number) => !isOvertaken(file, { roomId, number, at });
  return rev <= last || numbersBetween(last, rev).some(isMissed) ? `it was told ${rev} after ${last}` : null;
}

/**
 * A page that was just opened shows the latest messages: it begins wherever they do. Who catches up in
 * several answers shows a deleted message in its place when the one comes that tells of the deletion.
 */
function findFaultOfLine(file: CaseFile, last: number | null, { roomId, seq }: Told, at: number): string | null {
  if (last === null) return null;
  const isMissed = (number: number) => isMessage(file, roomId, number) && !isOvertaken(file, { roomId, number, at });
  return seq <= last || numbersBetween(last, seq).some(isMissed) ? `it showed ${seq} after ${last}` : null;
}

function findFaultOfPage(file: CaseFile, messages: readonly Told[]): string | null {
  for (const [index, { roomId, seq }] of messages.entries()) {
    const before = messages[index - 1];
    if (!before) continue;
    const isMissed = numbersBetween(before.seq, seq).some((number) => isMessage(file, roomId, number));
    if (seq <= before.seq || isMissed) return `a page told ${seq} after ${before.seq}`;
  }
  return null;
}

/**
 * A number may be passed over when the message that it made was changed again, under a later number, before
 * this was told: the later one must be told like any other.
 */
function isOvertaken(file: CaseFile, { roomId, number, at }: { roomId: string; number: number; at: number }): boolean {
  const row = file.rowOf(roomId, number);
  if (row === undefined || row.rev <= number) return false;
  const askedAt = file.said.get(row.clientId)?.deletion?.invoke.at;
  return row.hasLinks === true || (askedAt !== undefined && askedAt < at);
}

/** Other numbers changed a message before them. */
function isMessage(file: CaseFile, roomId: string, number: number): boolean {
  const row = file.rowOf(roomId, number);
  return !row || row.seq === number;
}

function numbersBetween(first: number, last: number): number[] {
  return Array.from({ length: Math.max(0, last - first - 1) }, (_, index) => first + 1 + index);
}
