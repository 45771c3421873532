import type { Recorded } from "../history/events";
import type { CaseFile } from "./case-file";
import type { Concerned } from "./covers";

/** A socket's place in one room: since when it hears everything there, and what it was told last. */
export type Place = { concerned: Concerned; hearsFromMs: number | null; told: number; headAtMs: number };

type Of<Type extends Recorded["type"]> = Extract<Recorded, { type: Type }>;

type Handlers = {
  /** A change came to a reader who heard the room since `hearsFromMs`. */
  onChange?(place: Place & { hearsFromMs: number }, rev: number, ms: number): void;
  onHead?(place: Place, event: Of<"head">): void;
};

/**
 * Replays when bare sockets heard which room. A socket hears a room from the answer to its join on, when that answer
 * told everything, until it is told that it left, or the next connection begins.
 * @returns the places of the sockets that still heard their rooms in the end.
 */
export function attend(file: CaseFile, { onChange, onHead }: Handlers): Place[] {
  const places = new Map<string, Map<string, Place>>();
  for (const { name, kind, rooms } of file.history.readers) {
    if (kind !== "socket") continue;
    places.set(name, new Map(rooms.map((roomId) => [roomId, newPlace({ process: undefined, reader: name, roomId })])));
  }
  const tell = (place: Place, rev: number, ms: number) => {
    if (place.hearsFromMs !== null && rev > place.told)
      onChange?.({ ...place, hearsFromMs: place.hearsFromMs }, rev, ms);
    place.told = Math.max(place.told, rev);
  };

  for (const event of file.history.events) {
    if (!("reader" in event)) continue;
    const own = places.get(event.reader);
    if (event.type === "connected") {
      for (const [roomId, place] of own ?? []) {
        Object.assign(place, newPlace({ process: event.process, reader: event.reader, roomId }));
      }
      continue;
    }
    const roomId = "roomId" in event ? event.roomId : event.message.roomId;
    const place = own?.get(roomId);
    if (!place) continue;
    if (event.type === "joined") {
      for (const { rev } of event.messages) tell(place, rev, event.ms);
      place.told = Math.max(place.told, event.more ? 0 : event.seq);
      place.hearsFromMs = event.more ? null : (place.hearsFromMs ?? event.ms);
      place.headAtMs = event.ms;
    } else if (event.type === "heard") tell(place, event.message.rev, event.ms);
    else if (event.type === "left" || event.type === "dismissed") place.hearsFromMs = null;
    else if (event.type === "head") {
      onHead?.(place, event);
      place.headAtMs = event.ms;
    }
  }
  return [...places.values()].flatMap((rooms) => [...rooms.values()]).filter(({ hearsFromMs }) => hearsFromMs !== null);
}

function newPlace(concerned: Concerned): Place {
  return { concerned, hearsFromMs: null, told: 0, headAtMs: 0 };
}
