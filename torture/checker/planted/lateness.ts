import type { HistoryEvent, Recorded, Scope, Told } from "../../history/events";
import type { Random } from "../../random";
import { findAll, type Plant, presentIn, withEvents } from "./planting";
import type { SampleHistory } from "./sample-history";

const SECOND_MS = 1_000;

/** Bugs in when changes are told. */
export const LATENESS_PLANTS: Record<string, Plant> = {
  "a message that one reader heard three seconds late": {
    promise: "in-time",
    plant: (history, random) => delayed(history, random, { lateMs: 3 * SECOND_MS }),
  },
  "a deletion that one reader heard three seconds late": {
    promise: "in-time",
    plant: (history, random) => delayed(history, random, { lateMs: 3 * SECOND_MS, isWanted: (told) => told.isDeleted }),
  },
  "a message 26 seconds late in a room for which the backplane lost it": {
    promise: "in-time",
    plant: (history, random) => {
      const scope = { roomId: "red" };
      return delayed(history, random, {
        lateMs: 26 * SECOND_MS,
        scope,
        coverMs: 2 * SECOND_MS,
        recoveryMs: 18 * SECOND_MS,
      });
    },
  },
  "a message three seconds late while a fault at another process went on": {
    promise: "in-time",
    plant: (history, random) =>
      delayed(history, random, { lateMs: 3 * SECOND_MS, scope: { process: "elsewhere" }, coverMs: 9 * SECOND_MS }),
  },
  "a message three seconds late while Redis was away": {
    promise: "in-time",
    plant: (history, random) =>
      delayed(history, random, { lateMs: 3 * SECOND_MS, scope: {}, coverMs: 9 * SECOND_MS, limitMs: 2_500 }),
  },
  "one delivery in fifty that takes more than a second": {
    promise: "in-time",
    plant: (history) => {
      const last = presentIn(history).at(-1) as Told;
      const calm = Array.from({ length: 300 }, (_, n): HistoryEvent[] => [
        { type: "ok", writer: "ada", message: { ...last, rev: 1_000 + n } },
        { type: "heard", reader: "ann", message: { ...last, rev: 1_000 + n } },
      ]);
      let ms = 1e6;
      const events = calm.flatMap(([ok, heard], n) => {
        const lateMs = n % 50 === 0 ? 1.5 * SECOND_MS : 1;
        ms += 10 * SECOND_MS;
        return [
          { ...(ok as HistoryEvent), at: 0, ms },
          { ...(heard as HistoryEvent), at: 0, ms: ms + lateMs },
        ];
      });
      return withEvents(history, [...history.events, ...events]);
    },
  },
  "a last message that a reader never heard": {
    promise: "in-time",
    plant: (history) => {
      const last = { ...(presentIn(history).at(-1) as Told), clientId: "ada-last", seq: 1_000, rev: 1_000 };
      const stored = history.stored.map((room) =>
        room.roomId === last.roomId ? { ...room, messages: [...room.messages, last] } : room,
      );
      const ok = { type: "ok", writer: "ada", message: last, at: 0, ms: 1e6 } as const;
      const later = {
        type: "head",
        reader: "ann",
        roomId: "blue",
        seq: 1_000,
        at: 0,
        ms: 1e6 + 3 * SECOND_MS,
      } as const;
      return { ...withEvents(history, [...history.events, ok, later]), stored };
    },
  },
};

type Delay = {
  lateMs: number;
  isWanted?: (told: Told) => boolean;
  scope?: Scope;
  coverMs?: number;
  recoveryMs?: number;
  limitMs?: number;
};

/** One reader hears a message late, and all that follows comes later too; a cover begins as it becomes known. */
export function delayed(history: SampleHistory, random: Random, delay: Delay): SampleHistory {
  const { lateMs, isWanted = () => true, scope, coverMs = 0, recoveryMs = 0, limitMs } = delay;
  const heards = findAll(history, "heard").filter(
    ({ reader, message }) => message.roomId === "red" && isWanted(message) && isKnownBefore(history, reader, message),
  );
  const late = random.pick(heards);
  const events = history.events.flatMap((event): Recorded[] => {
    if (event.at < late.at) return [event];
    const moved = { ...event, ms: event.ms + lateMs };
    if (event !== late || !scope) return [moved];
    const cover = { type: "covers", cover: 1, scope, recoveryMs, ...(limitMs && { limitMs }) } as const;
    return [{ ...cover, at: 0, ms: event.ms }, { type: "uncovers", cover: 1, at: 0, ms: event.ms + coverMs }, moved];
  });
  return withEvents(history, events);
}

function isKnownBefore(history: SampleHistory, reader: string, message: Told): boolean {
  const first = findAll(history, "heard").find(
    (heard) => heard.message.roomId === message.roomId && heard.message.rev === message.rev,
  );
  return first !== undefined && first.reader !== reader;
}
