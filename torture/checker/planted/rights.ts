import type { HistoryEvent, Told } from "../../history/events";
import { type Plant, presentIn, withEvents } from "./planting";
import type { SampleHistory } from "./sample-history";

const dismissed = { type: "dismissed", reader: "bob", roomId: "red" } as const;

/** Bugs in how a right to a room ends. */
export const RIGHT_PLANTS: Record<string, Plant> = {
  "a removed member who keeps receiving": {
    promise: "rights-end",
    plant: (history) => afterwards(history, { type: "heard", reader: "bob", message: lastOf(history) }),
  },
  "a removed member who is told the room's head": {
    promise: "rights-end",
    plant: (history) => afterwards(history, { type: "head", reader: "bob", roomId: "red", seq: 1_000 }),
  },
  "a removed member who may look back": {
    promise: "rights-end",
    plant: (history) =>
      afterwards(history, { type: "page", reader: "bob", roomId: "red", messages: [lastOf(history)], ask: "" }),
  },
  "a member who was let in again, then removed, and keeps receiving": {
    promise: "rights-end",
    plant: (history) =>
      afterwards(history, { type: "admitted", reader: "bob", roomId: "red" }, dismissed, {
        type: "heard",
        reader: "bob",
        message: lastOf(history),
      }),
  },
};

/** Each comes two seconds after the one before it. */
function afterwards(history: SampleHistory, ...events: readonly HistoryEvent[]): SampleHistory {
  const endMs = history.events.at(-1)?.ms ?? 0;
  const added = [dismissed, ...events].map((event, n) => ({ ...event, at: 0, ms: endMs + 2_000 * n }));
  return withEvents(history, [...history.events, ...added]);
}

function lastOf(history: SampleHistory): Told {
  return presentIn(history).at(-1) as Told;
}
