import type { Recorded, Told } from "../../history/events";
import type { Random } from "../../random";
import {
  continued,
  find,
  findAll,
  findPair,
  isDeleted,
  isOvertaken,
  lastNumber,
  type Plant,
  presentIn,
  replaced,
  withEvents,
  without,
  withRoom,
} from "./planting";
import type { SampleHistory } from "./sample-history";

/** Bugs in how deletions are stored and told. */
export const DELETION_PLANTS: Record<string, Plant> = {
  "a deletion's frame dropped": {
    promise: "no-hole",
    plant: (history, random) => withEvents(history, without(history.events, findPairFromDeletion(history, random)[0])),
  },
  "a deletion's frame after the one that follows it": {
    promise: "no-hole",
    plant: (history, random) => {
      const [first, second] = findPairFromDeletion(history, random);
      return replaced(replaced(history, first), second, second, first);
    },
  },
  "a deletion told twice": {
    promise: "no-hole",
    plant: (history, random) => {
      const [first] = findPairFromDeletion(history, random);
      return replaced(history, first, first, first);
    },
  },
  "an answer without a message that nobody changed again": {
    promise: "no-hole",
    plant: (history, random) => {
      const isFinal = (message: Told) => !message.isDeleted && !isOvertaken(history, message);
      const { joined, index } = pickTold(history, random, isFinal);
      return replaced(history, joined, { ...joined, messages: joined.messages.toSpliced(index, 1) });
    },
  },
  "an answer without a deletion": {
    promise: "no-hole",
    plant: (history, random) => {
      const { joined, index } = pickTold(history, random, ({ isDeleted }) => isDeleted);
      return replaced(history, joined, { ...joined, messages: joined.messages.toSpliced(index, 1) });
    },
  },
  "an answer by the messages' numbers where it should be by their changes": {
    promise: "no-hole",
    plant: (history, random) => {
      const { roomId, lastSeq: seq, messages } = random.pick(history.stored);
      const joined = { type: "joined", reader: "ann", roomId, since: 0, seq, more: false, ask: "late" } as const;
      return continued(history, { type: "asks", ask: joined.ask }, { ...joined, messages });
    },
  },
  "an accepted deletion lost": {
    promise: "accepted-is-stored",
    plant: (history, random) => undeleted(history, find(history, random, "deleted").clientId),
  },
  "a deletion's number kept for nothing": {
    promise: "gapless",
    plant: (history, random) => undeleted(history, find(history, random, "deleted").clientId),
  },
  "a deletion told before a commit that failed": {
    promise: "told-is-stored",
    plant: (history, random) => undeleted(history, pickHeardDeletion(history, random).message.clientId),
  },
  "a deletion that a reader never heard of": {
    promise: "seen-by-all",
    plant: (history, random) => {
      const { clientId } = find(history, random, "deleted");
      const isIt = (message: Told) => message.clientId === clientId && message.isDeleted;
      const views = history.views.map((view) => ({ ...view, messages: view.messages.filter((row) => !isIt(row)) }));
      const events = history.events.filter((event) => !(event.type === "changed" && isIt(event.message)));
      return { ...withEvents(history, events), views };
    },
  },
  "a client that still shows what is deleted": {
    promise: "converged",
    plant: (history, random) => {
      const { clientId } = find(history, random, "deleted");
      const original = originalOf(history, clientId);
      const show = (row: Told) => (row.clientId === clientId ? original : row);
      return { ...history, views: history.views.map((view) => ({ ...view, messages: view.messages.map(show) })) };
    },
  },
  "a message that nobody asked to delete": {
    promise: "nothing-unexpected",
    plant: (history, random) => {
      const present = presentIn(history).filter(({ clientId }) => !isAskedToDelete(history, clientId));
      const { clientId } = random.pick(present);
      return withRoom(history, (messages) => {
        const rev = lastNumber(messages) + 1;
        return messages.map((row) => (row.clientId === clientId ? { ...row, rev, message: "", isDeleted: true } : row));
      });
    },
  },
  "a deletion told before it was asked for": {
    promise: "nothing-unexpected",
    plant: (history, random) => {
      const heard = pickHeardDeletion(history, random);
      const asked = findAll(history, "delete").find(({ clientId }) => clientId === heard.message.clientId) as Recorded;
      return replaced(history, asked, heard, asked);
    },
  },
  "a refused deletion made": {
    promise: "nothing-unexpected",
    plant: (history, random) => {
      const { writer, clientId } = pickStoredDeletion(history, random);
      return continued(history, { type: "delete-refused", writer, clientId, code: "forbidden" });
    },
  },
  "a deletion told with the words": {
    promise: "nothing-unexpected",
    plant: (history, random) => {
      const heard = pickHeardDeletion(history, random);
      const { message } = originalOf(history, heard.message.clientId);
      return replaced(history, heard, { ...heard, message: { ...heard.message, message } });
    },
  },
  "a message brought back as a change of its own": {
    promise: "nothing-unexpected",
    plant: (history, random) => {
      const original = originalOf(history, pickHeardDeletion(history, random).message.clientId);
      return withRoom(history, (messages) => {
        const back = { ...original, rev: lastNumber(messages) + 1 };
        return messages.map((row) => (row.clientId === back.clientId && row.roomId === back.roomId ? back : row));
      });
    },
  },
  "two numbers for one deletion": {
    promise: "once",
    plant: (history, random) => {
      const heard = pickHeardDeletion(history, random);
      return continued(history, { ...heard, message: { ...heard.message, rev: heard.message.rev + 1 } });
    },
  },
  "the number of a deletion given to a message too": {
    promise: "once",
    plant: (history, random) => {
      const { clientId } = pickStoredDeletion(history, random);
      return withRoom(history, (messages) => {
        const deleted = messages.find((row) => row.clientId === clientId);
        return deleted
          ? [...messages, { ...deleted, seq: deleted.rev, clientId: "other", isDeleted: false }]
          : messages;
      });
    },
  },
  "one number that deletes different messages": {
    promise: "same-for-all",
    plant: (history, random) => {
      const heard = pickHeardDeletion(history, random);
      const { id, clientId, seq } = random.pick(presentIn(history));
      return replaced(history, heard, { ...heard, message: { ...heard.message, id, clientId, seq } });
    },
  },
  "a deletion in the wrong place, as everybody agrees": {
    promise: "real-time",
    plant: exchangeDeletionWithEarlierMessage,
  },
  "the words of a deleted message in a later frame": {
    promise: "stays-deleted",
    plant: (history, random) => {
      const { reader, message } = pickHeardDeletion(history, random);
      return continued(history, { type: "heard", reader, message: originalOf(history, message.clientId) });
    },
  },
  "the words of a deleted message in a later page": {
    promise: "stays-deleted",
    plant: (history, random) => {
      const message = originalOf(history, find(history, random, "deleted").clientId);
      const page = { type: "page", reader: "dora", roomId: message.roomId, ask: "late" } as const;
      return continued(history, { type: "asks", ask: page.ask }, { ...page, messages: [message] });
    },
  },
  "the words of a deleted message for somebody who has just come": {
    promise: "stays-deleted",
    plant: (history, random) => {
      const message = originalOf(history, find(history, random, "deleted").clientId);
      return continued(history, { type: "connected", reader: "cat" }, { type: "shown", reader: "cat", message });
    },
  },
  "the words of a deleted message in the answer to a join": {
    promise: "stays-deleted",
    plant: (history, random) => {
      const message = originalOf(history, find(history, random, "deleted").clientId);
      const { roomId, rev: seq } = message;
      const joined = { type: "joined", reader: "ann", roomId, since: seq - 1, seq, more: false, ask: "late" } as const;
      return continued(history, { type: "asks", ask: "late" }, { ...joined, messages: [message] });
    },
  },
  "the words of a deleted message in the answer to a retry": {
    promise: "stays-deleted",
    plant: (history, random) => {
      const { writer, clientId } = find(history, random, "deleted");
      const ok = { type: "ok", writer, message: originalOf(history, clientId), ask: "late" } as const;
      return continued(history, { type: "asks", ask: ok.ask }, ok);
    },
  },
  "a client that shows again what it showed as deleted": {
    promise: "stays-deleted",
    plant: (history, random) => {
      const { reader, message } = random.pick(findAll(history, "changed").filter((event) => event.message.isDeleted));
      return continued(history, { type: "changed", reader, message: originalOf(history, message.clientId) });
    },
  },
};

function findPairFromDeletion(history: SampleHistory, random: Random) {
  return findPair(history, random, ({ message }) => message.isDeleted);
}

function pickHeardDeletion(history: SampleHistory, random: Random) {
  return random.pick(findAll(history, "heard").filter(({ message }) => message.isDeleted));
}

/** A wish that was fulfilled, whether its writer knows or not. */
function pickStoredDeletion(history: SampleHistory, random: Random) {
  return random.pick(findAll(history, "delete").filter(({ clientId }) => isDeleted(history, clientId)));
}

/** A message in an answer; of one that promises more not the last, for its reader asks on from what it was told. */
function pickTold(history: SampleHistory, random: Random, isWanted: (message: Told) => boolean) {
  const places = findAll(history, "joined").flatMap((joined) => {
    const end = joined.messages.length - (joined.more ? 1 : 0);
    return joined.messages.slice(0, end).flatMap((message, index) => (isWanted(message) ? [{ joined, index }] : []));
  });
  return random.pick(places);
}

function isAskedToDelete(history: SampleHistory, clientId: string): boolean {
  return findAll(history, "delete").some((asked) => asked.clientId === clientId);
}

/** A deleted message as it was. */
function originalOf(history: SampleHistory, clientId: string): Told {
  const row = history.stored.flatMap(({ messages }) => messages).find((message) => message.clientId === clientId);
  const said = findAll(history, "invoke").find((invoke) => invoke.clientId === clientId);
  if (!row || !said) throw new Error(`The sample has no ${clientId}.`);
  return { ...row, rev: row.seq, message: said.message, isDeleted: false };
}

/** The database as if a message had never been deleted. */
function undeleted(history: SampleHistory, clientId: string): SampleHistory {
  const original = originalOf(history, clientId);
  const restore = (row: Told) => (row.clientId === clientId ? original : row);
  return withRoom(history, (messages) => messages.map(restore), "keep the count");
}

/** Everywhere the same: a deletion has the number of a message that was known before anybody asked for it. */
function exchangeDeletionWithEarlierMessage(history: SampleHistory, random: Random): SampleHistory {
  const rows = history.stored.flatMap(({ messages }) => messages);
  const candidates = findAll(history, "delete").flatMap(({ clientId, at }) => {
    const deleted = rows.find((row) => row.clientId === clientId && row.isDeleted);
    if (!deleted) return [];
    const isBetween = ({ roomId, seq, isDeleted }: Told) =>
      roomId === deleted.roomId && !isDeleted && seq > deleted.seq && seq < deleted.rev;
    const isKnown = (row: Told) =>
      findAll(history, "ok").some((ok) => ok.message.clientId === row.clientId && ok.at < at);
    return rows.filter((row) => isBetween(row) && isKnown(row)).map((message) => ({ deleted, message }));
  });
  const { deleted, message } = random.pick(candidates);
  return withRoom(history, (messages) =>
    messages.map((row) => {
      if (row.id === message.id) return { ...row, seq: deleted.rev, rev: deleted.rev };
      return row.id === deleted.id ? { ...row, rev: message.seq } : row;
    }),
  );
}
