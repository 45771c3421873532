import { continued, find, findPair, type Plant, presentIn, replaced, withEvents, without } from "./planting";
import type { SampleHistory } from "./sample-history";

/** Bugs in how the links of a message are shown. */
export const LINK_PLANTS: Record<string, Plant> = {
  "a frame that shows links dropped": {
    promise: "no-hole",
    plant: (history, random) => {
      const [first] = findPair(history, random, ({ message }) => message.hasLinks === true);
      return withEvents(history, without(history.events, first));
    },
  },
  "links under a message that has none": {
    promise: "nothing-unexpected",
    plant: (history, random) => {
      const heard = find(history, random, "heard");
      const message = { ...random.pick(withoutLinks(history)), hasLinks: true };
      return replaced(history, heard, { ...heard, message });
    },
  },
  "words changed as links were shown": {
    promise: "nothing-unexpected",
    plant: (history, random) => {
      const linked = history.stored.flatMap(({ messages }) => messages).filter(({ hasLinks }) => hasLinks);
      const message = { ...random.pick(linked), message: "something else: https://example.org/" };
      return continued(history, { type: "heard", reader: "ann", message });
    },
  },
};

function withoutLinks(history: SampleHistory) {
  return presentIn(history).filter(({ message }) => !message.includes("://"));
}
