import type { HistoryEvent, Recorded, Told } from "../../history/events";
import { NothingToPick, type Random } from "../../random";
import type { PromiseName } from "../promises";
import type { SampleHistory, SampleRoom } from "./sample-history";

/** One bug planted into a recorded history, and the promise that it breaks. */
export type Plant = { promise: PromiseName; plant: (history: SampleHistory, random: Random) => SampleHistory };

/** Two frames that one reader heard one directly after the other in one room, with the next heard after them. */
export function findPair(history: SampleHistory, random: Random, isFirst: (first: Heard) => boolean = () => true) {
  const told = history.events.filter((event) => "reader" in event && event.type !== "page" && event.type !== "head");
  const pairs = ["ann", "bob"].flatMap((reader) => {
    const own = told.filter((event) => "reader" in event && event.reader === reader && isOf(event, "red"));
    return own.flatMap((first, index) => {
      const [second, third] = [own[index + 1], own[index + 2]];
      const isPair = first.type === "heard" && second?.type === "heard" && third?.type === "heard";
      return isPair && isFirst(first) ? [[first, second] as const] : [];
    });
  });
  return random.pick(pairs);
}

function isOf(event: Recorded, roomId: string): boolean {
  if (event.type === "connected") return true;
  if (event.type === "joined") return event.roomId === roomId;
  return event.type === "heard" && event.message.roomId === roomId;
}

export type Heard = Recorded<Extract<HistoryEvent, { type: "heard" }>>;

export function findAll<Type extends HistoryEvent["type"]>(history: SampleHistory, type: Type) {
  return history.events.filter((event) => event.type === type) as Recorded<Extract<HistoryEvent, { type: Type }>>[];
}

export function find<Type extends HistoryEvent["type"]>(history: SampleHistory, random: Random, type: Type) {
  return random.pick(findAll(history, type));
}

export function isDeleted({ stored }: SampleHistory, clientId: string): boolean {
  return stored.some(({ messages }) => messages.some((row) => row.clientId === clientId && row.isDeleted));
}

/** The database knows of a later change of the same message. */
export function isOvertaken({ stored }: SampleHistory, { clientId, rev }: Told): boolean {
  return stored.some(({ messages }) => messages.some((row) => row.clientId === clientId && row.rev > rev));
}

/** The messages of the first room that were accepted and never changed, in their order. */
export function presentIn(history: SampleHistory): Told[] {
  const rows = history.stored[0]?.messages ?? [];
  return rows.filter((row) => row.rev === row.seq && isAccepted(history, row.clientId));
}

export function isAccepted({ events }: SampleHistory, clientId: string): boolean {
  return events.some((event) => event.type === "ok" && event.message.clientId === clientId);
}

export function without<Value>(values: readonly Value[], unwanted: Value): Value[] {
  return values.filter((value) => value !== unwanted);
}

export function withEvents(history: SampleHistory, events: readonly Recorded[]): SampleHistory {
  return { ...history, events: events.map((event, at) => ({ ...event, at })) };
}

export function replaced(history: SampleHistory, old: Recorded, ...events: readonly HistoryEvent[]): SampleHistory {
  const { at, ms } = old;
  return withEvents(
    history,
    history.events.flatMap((event) => (event === old ? events.map((each) => ({ ...each, at, ms })) : [event])),
  );
}

/** With these events after everything else. */
export function continued(history: SampleHistory, ...events: readonly HistoryEvent[]): SampleHistory {
  return withEvents(history, [...history.events, ...events.map((event) => ({ ...event, at: 0, ms: 1e9 }))]);
}

export function withRoom(
  history: SampleHistory,
  change: (messages: Told[]) => Told[],
  count?: "keep the count",
): SampleHistory {
  const stored = history.stored.map((room) => {
    const messages = change(room.messages);
    return { ...room, messages, lastSeq: count ? room.lastSeq : lastNumber(messages) };
  });
  return { ...history, stored };
}

export function lastNumber(messages: readonly Told[]): number {
  return Math.max(0, ...messages.map(({ rev }) => rev));
}

export function changeHeard(history: SampleHistory, random: Random, change: Partial<Told>): SampleHistory {
  const heard = find(history, random, "heard");
  return replaced(history, heard, { ...heard, message: { ...heard.message, ...change } });
}

/** The database as if this message had never been, with no gap to betray it. */
export function renumberedWithout(history: SampleHistory, clientId: string): SampleRoom[] {
  return history.stored.map((room) => {
    const left = room.messages.filter((message) => message.clientId !== clientId);
    const numbers = [...new Set(left.flatMap(({ seq, rev }) => [seq, rev]))].sort((a, b) => a - b);
    const renumbered = (number: number) => numbers.indexOf(number) + 1;
    const messages = left.map((row) => ({ ...row, seq: renumbered(row.seq), rev: renumbered(row.rev) }));
    return { ...room, messages, lastSeq: numbers.length };
  });
}

/** The first two of messages of a room, none of them deleted, with their numbers exchanged, everywhere. */
export function renumber(history: SampleHistory, [a, b]: readonly Told[]): SampleHistory {
  if (!a || !b) throw new NothingToPick("There are no two messages.");
  const numbers = new Map([
    [a.clientId, b.seq],
    [b.clientId, a.seq],
  ]);
  const change = (message: Told): Told => {
    const seq = numbers.get(message.clientId);
    return seq === undefined ? message : { ...message, seq, rev: seq };
  };
  const events = history.events.map((event): Recorded => {
    if (event.type === "joined" || event.type === "page") return { ...event, messages: event.messages.map(change) };
    const isTold = event.type === "ok" || event.type === "heard" || event.type === "shown";
    return isTold ? { ...event, message: change(event.message) } : event;
  });
  const stored = history.stored.map((room) => ({
    ...room,
    messages: room.messages.map(change).sort((x, y) => x.seq - y.seq),
  }));
  return { ...history, events, stored };
}
