import type { Recorded } from "../history/events";
import { type CaseFile, seconds } from "./case-file";
import type { Violation } from "./promises";

/** What one reader has of one room. */
type Place = {
  /** Everything up to this number was told. */
  cursor: number;
  /** The last number told on this connection, or shown on this page: the next is the one after it. Null before the first. */
  live: number | null;
};

/** Replays what each reader was told: every frame must be the one that its protocol says comes next. */
export function noHole(file: CaseFile): Violation[] {
  const places = new Map<string, Map<string, Place>>();
  for (const { name, rooms } of file.history.readers) {
    places.set(name, new Map(rooms.map((roomId) => [roomId, { cursor: 0, live: null }])));
  }

  const violations: Violation[] = [];
  for (const event of file.history.events) {
    if (!("reader" in event)) continue;
    const rooms = places.get(event.reader);
    if (!rooms) continue;
    if (event.type === "connected") {
      for (const place of rooms.values()) place.live = null;
      continue;
    }
    const roomId = event.type === "joined" ? event.roomId : event.message.roomId;
    const place = rooms.get(roomId);
    // A room that the reader never joined is another rule's affair.
    const fault = place && advance(place, event);
    if (!fault) continue;
    violations.push({
      promise: "no-hole",
      evidence: `${event.reader} in ${file.nameOf(roomId)} at ${seconds(event.ms)}: ${fault}.`,
      clientIds: event.type === "joined" ? [] : [event.message.clientId],
    });
  }
  return violations;
}

type ReaderEvent = Extract<Recorded, { type: "joined" | "heard" | "shown" }>;

/** @returns what is wrong with this event, where something is; the place is as after a right one. */
function advance(place: Place, event: ReaderEvent): string | null {
  switch (event.type) {
    case "joined":
      return answer(place, event);
    case "heard":
      return hear(place, event.message.seq);
    case "shown":
      return show(place, event.message.seq);
    default:
      return event satisfies never;
  }
}

function answer(place: Place, event: Extract<ReaderEvent, { type: "joined" }>): string | null {
  const { since, seq, more, messages } = event;
  const wrong = messages.findIndex((message, index) => message.seq !== since + index + 1);
  const reached = since + messages.length;
  place.live = seq;
  place.cursor = Math.max(place.cursor, more ? reached : seq);
  const what = `the answer to "join since ${since}"`;
  if (wrong !== -1) return `${what} told ${messages[wrong]?.seq} in place ${wrong + 1}`;
  if (more && messages.length === 0) return `${what} told nothing and promised more`;
  if (!more && reached !== seq) return `${what} ended with ${reached} and said that it reached ${seq}`;
  return null;
}

function hear(place: Place, seq: number): string | null {
  const { live } = place;
  place.live = Math.max(seq, live ?? 0);
  if (seq === place.cursor + 1) place.cursor = seq;
  if (live === null) return `it was told ${seq} before its join was answered`;
  return seq === live + 1 ? null : `it was told ${seq} after ${live}`;
}

/** A page that was just opened shows the latest messages: it begins wherever they do. */
function show(place: Place, seq: number): string | null {
  const { live } = place;
  place.live = seq;
  return live === null || seq === live + 1 ? null : `it showed ${seq} after ${live}`;
}
