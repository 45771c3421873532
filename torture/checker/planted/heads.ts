import type { Told } from "../../history/events";
import { continued, find, type Plant, presentIn, withEvents } from "./planting";

/** Bugs in what readers are told of a room's last number. */
export const HEAD_PLANTS: Record<string, Plant> = {
  "a head below what its reader was told": {
    promise: "head-told",
    plant: (history, random) => {
      const { roomId } = find(history, random, "joined");
      return continued(history, { type: "head", reader: "ann", roomId, seq: 0 });
    },
  },
  "heads that come no more": {
    promise: "head-told",
    plant: (history) => {
      const last = presentIn(history).at(-1) as Told;
      const endMs = history.events.at(-1)?.ms ?? 0;
      return withEvents(history, [
        ...history.events,
        { type: "page", reader: "ann", roomId: "red", messages: [last], ask: "", at: 0, ms: endMs + 40_000 },
      ]);
    },
  },
};
