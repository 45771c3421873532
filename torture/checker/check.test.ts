import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { HistoryEvent, Recorded, Told } from "../history/events";
import { check } from "./check";
import { PROMISES, type PromiseName } from "./promises";
import { report } from "./report";
import { type SampleHistory, type SampleRoom, sampleHistory } from "./sample-history";

const seeds = fc.integer().map(String);

describe("the checker", () => {
  it("finds nothing in a history that a faultless server left", () => {
    fc.assert(fc.property(seeds, (seed) => void expect(check(sampleHistory(seed))).toEqual([])));
  });

  it("finds nothing in no history at all", () => {
    expect(check({ events: [], writers: [], readers: [], views: [], stored: [] })).toEqual([]);
  });
});

type Plant = { promise: PromiseName; plant: (history: SampleHistory) => SampleHistory };

/** One bug planted into a recorded history, and the promise that it breaks. */
const PLANTS: Record<string, Plant> = {
  "a frame dropped": {
    promise: "no-hole",
    plant: (history) => withEvents(history, without(history.events, findPair(history)[0])),
  },
  "a pair of frames swapped": {
    promise: "no-hole",
    plant: (history) => {
      const [first, second] = findPair(history);
      return withEvents(
        history,
        history.events.map((event) => (event === first ? second : event === second ? first : event)),
      );
    },
  },
  "a frame doubled": {
    promise: "no-hole",
    plant: (history) => {
      const [first] = findPair(history);
      return withEvents(
        history,
        history.events.flatMap((event) => (event === first ? [event, event] : [event])),
      );
    },
  },
  "the last frame to a reader lost": {
    promise: "seen-by-all",
    plant: (history) => {
      const last = history.stored[0]?.messages.findLast(({ clientId }) => isAccepted(history, clientId)) as Told;
      const isLost = ({ roomId, seq }: Told) => roomId === last.roomId && seq >= last.seq;
      const events = history.events.filter((event) => !(event.type === "shown" && isLost(event.message)));
      const views = history.views.map((view) => ({
        ...view,
        messages: view.messages.filter((shown) => !isLost(shown)),
      }));
      return { ...withEvents(history, events), views };
    },
  },
  "an insert doubled": {
    promise: "once",
    plant: (history) =>
      withRoom(history, (messages) => {
        const row = messages[0] as Told;
        const seq = messages.length + 1;
        return [...messages, { ...row, seq, rev: seq }];
      }),
  },
  "a number given twice": {
    promise: "once",
    plant: (history) => withRoom(history, (messages) => [...messages, { ...(messages[0] as Told), clientId: "other" }]),
  },
  "a retry answered with a new number": {
    promise: "once",
    plant: (history) => {
      const ok = find(history, "ok");
      return withEvents(history, [...history.events, { ...ok, message: { ...ok.message, seq: ok.message.seq + 1 } }]);
    },
  },
  "an ok lost": {
    promise: "accepted-is-stored",
    plant: (history) => {
      const { clientId } = find(history, "ok").message;
      return { ...history, stored: renumberedWithout(history, clientId) };
    },
  },
  "a broadcast before a commit that failed": {
    promise: "told-is-stored",
    plant: (history) => {
      const heard = history.events.find(
        (event) => event.type === "heard" && !isAccepted(history, event.message.clientId),
      );
      const { clientId } = heard?.type === "heard" ? heard.message : find(history, "heard").message;
      return { ...history, stored: renumberedWithout(history, clientId) };
    },
  },
  "a hole in the database": {
    promise: "gapless",
    plant: (history) => withRoom(history, (messages) => without(messages, messages[3] as Told), "keep the count"),
  },
  "a count that runs ahead of the messages": {
    promise: "gapless",
    plant: (history) => ({
      ...history,
      stored: history.stored.map((room) => ({ ...room, lastSeq: room.lastSeq + 1 })),
    }),
  },
  "a message of a room that the reader never joined": {
    promise: "own-room",
    plant: (history) => {
      const message = history.stored.find(({ roomId }) => roomId === "blue")?.messages[0] as Told;
      return withEvents(history, [...history.events, { type: "heard", reader: "bob", message, at: 1e9, ms: 1e9 }]);
    },
  },
  "a foreign room's message under this room's name": {
    promise: "nothing-unexpected",
    plant: (history) => {
      const heard = find(history, "heard");
      const other = heard.message.roomId === "red" ? "blue" : "red";
      return withEvents(
        history,
        history.events.map((event) =>
          event === heard ? { ...heard, message: { ...heard.message, roomId: other } } : event,
        ),
      );
    },
  },
  "a message that nobody said": {
    promise: "nothing-unexpected",
    plant: (history) =>
      withRoom(history, (messages) => {
        const seq = messages.length + 1;
        return [...messages, { ...(messages[0] as Told), seq, rev: seq, clientId: "ghost", message: "boo" }];
      }),
  },
  "words changed on the way": {
    promise: "nothing-unexpected",
    plant: (history) => changeHeard(history, { message: "something else" }),
  },
  "a message under another's name": {
    promise: "nothing-unexpected",
    plant: (history) => changeHeard(history, { senderId: "id-mallory" }),
  },
  "a refused message stored": {
    promise: "nothing-unexpected",
    plant: (history) => {
      const { clientId } = find(history, "heard").message;
      return withEvents(history, [
        ...history.events,
        { type: "refused", writer: "ada", clientId, code: "forbidden", at: 1e9, ms: 1e9 },
      ]);
    },
  },
  "two readers told different messages under one number": {
    promise: "same-for-all",
    plant: (history) => {
      const heard = find(history, "heard");
      const others = history.stored.find(({ roomId }) => roomId === heard.message.roomId)?.messages ?? [];
      const other = others.find(({ seq }) => seq !== heard.message.seq) as Told;
      const { seq, rev } = heard.message;
      return withEvents(
        history,
        history.events.map((event) => (event === heard ? { ...heard, message: { ...other, seq, rev } } : event)),
      );
    },
  },
  "an order that everybody agrees on and that is wrong": {
    promise: "real-time",
    plant: (history) => {
      const [first, second] = (history.stored[0]?.messages ?? []).filter(({ clientId }) =>
        isAccepted(history, clientId),
      );
      return renumber(history, first as Told, second as Told);
    },
  },
  "a client's messages out of order": {
    promise: "written-order",
    plant: (history) => {
      const [first, second] = (history.stored[0]?.messages ?? []).filter(({ senderId }) => senderId === "id-ada");
      return renumber(history, first as Told, second as Told);
    },
  },
  "a client that forgot a message": {
    promise: "kept",
    plant: (history) => ({
      ...withEvents(history, [
        ...history.events,
        {
          type: "invoke",
          writer: "eve",
          authorId: "id-eve",
          roomId: "red",
          clientId: "eve-1",
          message: "hm",
          at: 1e9,
          ms: 1e9,
        },
      ]),
      writers: [...history.writers, { name: "eve", keepsOrder: true, neverGivesUp: true }],
    }),
  },
  "a client that shows less than there is": {
    promise: "converged",
    plant: (history) => ({
      ...history,
      views: history.views.map((view) => ({ ...view, messages: view.messages.slice(0, -1) })),
    }),
  },
  "a client that still waits to send": {
    promise: "converged",
    plant: (history) => ({ ...history, views: history.views.map((view) => ({ ...view, unsent: ["hello?"] })) }),
  },
};

describe("the checker catches", () => {
  it.each(Object.entries(PLANTS))("%s", (_, { promise, plant }) => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const violations = check(plant(sampleHistory(seed)));
        expect(violations.map((violation) => violation.promise)).toContain(promise);
      }),
      { numRuns: 20 },
    );
  });

  it("a breach of every promise that it knows", () => {
    expect(new Set(Object.values(PLANTS).map(({ promise }) => promise))).toEqual(new Set(Object.keys(PROMISES)));
  });
});

describe("the report", () => {
  it("names the promise, the message and its story", () => {
    const history = PLANTS["a frame dropped"]?.plant(sampleHistory("1")) as SampleHistory;
    const text = report(history, check(history));
    expect(text).toContain("Broken once: no-hole.");
    expect(text).toMatch(/it was told \d+ after \d+/);
    expect(text).toMatch(/said it/);
    expect(text).toMatch(/stored as/);
  });
});

/** Two frames that one reader heard one directly after the other in one room, with the next heard after them. */
function findPair(history: SampleHistory) {
  const heard = history.events.filter((event) => event.type !== "connected" && "reader" in event);
  for (const reader of ["ann", "bob"]) {
    const own = heard.filter((event) => event.reader === reader && roomOf(event) === "red");
    for (let index = 0; index + 2 < own.length; index++) {
      const [first, second, third] = own.slice(index, index + 3);
      if (first?.type === "heard" && second?.type === "heard" && third?.type === "heard")
        return [first, second] as const;
    }
  }
  throw new Error("The sample is too small.");
}

function roomOf(event: Extract<Recorded, { reader: string }>): string | null {
  return event.type === "connected" ? null : event.type === "joined" ? event.roomId : event.message.roomId;
}

function find<Type extends HistoryEvent["type"]>(history: SampleHistory, type: Type) {
  const found = history.events.find((event) => event.type === type);
  if (!found) throw new Error(`The sample has no ${type}.`);
  return found as Recorded<Extract<HistoryEvent, { type: Type }>>;
}

function isAccepted({ events }: SampleHistory, clientId: string): boolean {
  return events.some((event) => event.type === "ok" && event.message.clientId === clientId);
}

function without<Value>(values: readonly Value[], unwanted: Value): Value[] {
  return values.filter((value) => value !== unwanted);
}

function withEvents(history: SampleHistory, events: readonly Recorded[]): SampleHistory {
  return { ...history, events: events.map((event, at) => ({ ...event, at })) };
}

function withRoom(
  history: SampleHistory,
  change: (messages: Told[]) => Told[],
  count?: "keep the count",
): SampleHistory {
  const stored = history.stored.map((room) => {
    const messages = change(room.messages);
    return { ...room, messages, lastSeq: count ? room.lastSeq : Math.max(...messages.map(({ seq }) => seq)) };
  });
  return { ...history, stored };
}

function changeHeard(history: SampleHistory, change: Partial<Told>): SampleHistory {
  const heard = find(history, "heard");
  return withEvents(
    history,
    history.events.map((event) => (event === heard ? { ...heard, message: { ...heard.message, ...change } } : event)),
  );
}

/** The database as if this message had never been, with no gap to betray it. */
function renumberedWithout(history: SampleHistory, clientId: string): SampleRoom[] {
  return history.stored.map((room) => {
    const messages = room.messages
      .filter((message) => message.clientId !== clientId)
      .map((message, index) => ({ ...message, seq: index + 1, rev: index + 1 }));
    return { ...room, messages, lastSeq: messages.length };
  });
}

/** Two messages of a room with their numbers exchanged, everywhere. */
function renumber(history: SampleHistory, a: Told, b: Told): SampleHistory {
  const numbers = new Map([
    [a.clientId, b.seq],
    [b.clientId, a.seq],
  ]);
  const change = (message: Told): Told => {
    const seq = numbers.get(message.clientId) ?? message.seq;
    return { ...message, seq, rev: seq };
  };
  const events = history.events.map((event): Recorded => {
    if (event.type === "joined") return { ...event, messages: event.messages.map(change) };
    const isTold = event.type === "ok" || event.type === "heard" || event.type === "shown";
    return isTold ? { ...event, message: change(event.message) } : event;
  });
  const stored = history.stored.map((room) => ({
    ...room,
    messages: room.messages.map(change).sort((x, y) => x.seq - y.seq),
  }));
  return { ...history, events, stored };
}
