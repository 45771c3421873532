import type { Told } from "../../history/events";
import {
  changeHeard,
  find,
  findPair,
  isAccepted,
  isOvertaken,
  lastNumber,
  type Plant,
  presentIn,
  renumber,
  renumberedWithout,
  withEvents,
  without,
  withRoom,
} from "./planting";

/** Bugs in how messages are stored and told. */
export const MESSAGE_PLANTS: Record<string, Plant> = {
  "a frame dropped": {
    promise: "no-hole",
    plant: (history, random) => {
      const [first] = findPair(history, random, ({ message }) => !isOvertaken(history, message));
      return withEvents(history, without(history.events, first));
    },
  },
  "a pair of frames swapped": {
    promise: "no-hole",
    plant: (history, random) => {
      const [first, second] = findPair(history, random);
      return withEvents(
        history,
        history.events.map((event) => (event === first ? second : event === second ? first : event)),
      );
    },
  },
  "a frame doubled": {
    promise: "no-hole",
    plant: (history, random) => {
      const [first] = findPair(history, random);
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
      const events = history.events.filter(
        (event) => !("reader" in event && event.reader === "cat" && "message" in event && isLost(event.message)),
      );
      const views = history.views.map((view) => ({
        ...view,
        messages: view.messages.filter((shown) => !isLost(shown)),
      }));
      return { ...withEvents(history, events), views };
    },
  },
  "an insert doubled": {
    promise: "once",
    plant: (history, random) =>
      withRoom(history, (messages) => {
        const row = random.pick(messages);
        const seq = lastNumber(messages) + 1;
        return [...messages, { ...row, seq, rev: seq }];
      }),
  },
  "a number given twice": {
    promise: "once",
    plant: (history, random) =>
      withRoom(history, (messages) => [...messages, { ...random.pick(messages), clientId: "other" }]),
  },
  "a retry answered with a new number": {
    promise: "once",
    plant: (history, random) => {
      const ok = find(history, random, "ok");
      return withEvents(history, [...history.events, { ...ok, message: { ...ok.message, seq: ok.message.seq + 1 } }]);
    },
  },
  "an ok lost": {
    promise: "accepted-is-stored",
    plant: (history, random) => {
      const { clientId } = find(history, random, "ok").message;
      return { ...history, stored: renumberedWithout(history, clientId) };
    },
  },
  "a broadcast before a commit that failed": {
    promise: "told-is-stored",
    plant: (history, random) => {
      const heard = history.events.find(
        (event) => event.type === "heard" && !isAccepted(history, event.message.clientId),
      );
      const { clientId } = heard?.type === "heard" ? heard.message : find(history, random, "heard").message;
      return { ...history, stored: renumberedWithout(history, clientId) };
    },
  },
  "a hole in the database": {
    promise: "gapless",
    plant: (history, random) =>
      withRoom(history, (messages) => without(messages, random.pick(messages)), "keep the count"),
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
    plant: (history, random) => {
      const message = random.pick(history.stored[1]?.messages ?? []);
      return withEvents(history, [...history.events, { type: "heard", reader: "bob", message, at: 1e9, ms: 1e9 }]);
    },
  },
  "a foreign room's message under this room's name": {
    promise: "nothing-unexpected",
    plant: (history, random) => {
      const heard = find(history, random, "heard");
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
    plant: (history, random) =>
      withRoom(history, (messages) => {
        const seq = lastNumber(messages) + 1;
        return [...messages, { ...random.pick(messages), seq, rev: seq, clientId: "ghost", message: "boo" }];
      }),
  },
  "words changed on the way": {
    promise: "nothing-unexpected",
    plant: (history, random) => changeHeard(history, random, { message: "something else" }),
  },
  "a message under another's name": {
    promise: "nothing-unexpected",
    plant: (history, random) => changeHeard(history, random, { senderId: "id-mallory" }),
  },
  "a refused message stored": {
    promise: "nothing-unexpected",
    plant: (history, random) => {
      const { clientId } = find(history, random, "heard").message;
      return withEvents(history, [
        ...history.events,
        { type: "refused", writer: "ada", clientId, code: "forbidden", at: 1e9, ms: 1e9 },
      ]);
    },
  },
  "two readers told different messages under one number": {
    promise: "same-for-all",
    plant: (history, random) => {
      const heard = find(history, random, "heard");
      const others = history.stored.find(({ roomId }) => roomId === heard.message.roomId)?.messages ?? [];
      const other = random.pick(others.filter(({ seq }) => seq !== heard.message.seq));
      const { seq, rev } = heard.message;
      return withEvents(
        history,
        history.events.map((event) => (event === heard ? { ...heard, message: { ...other, seq, rev } } : event)),
      );
    },
  },
  "an order that everybody agrees on and that is wrong": {
    promise: "real-time",
    plant: (history) => renumber(history, presentIn(history)),
  },
  "a client's messages out of order": {
    promise: "written-order",
    plant: (history) => {
      const adas = presentIn(history).filter(({ senderId }) => senderId === "id-ada");
      return renumber(history, adas);
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
    plant: (history) => ({
      ...history,
      views: history.views.map((view) => ({ ...view, unsent: ["hello?"] })),
    }),
  },
};
