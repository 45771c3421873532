import type { Plant } from "./planting";

/** Bugs in what processes go on listening to. */
export const SUBSCRIPTION_PLANTS: Record<string, Plant> = {
  "a process that never unsubscribes": {
    promise: "unsubscribed",
    plant: (history) => ({ ...history, abandoned: [{ name: "alley", leftForMs: 60_000, subscribers: 1 }] }),
  },
};
