import type { History, ReaderEvent, StoredRoom, Told } from "../../history/events";
import { type Record, Recorder } from "../../history/recorder";
import { Random } from "../../random";

/** As much of a history as a planted bug may want to change. */
export type SampleHistory = Omit<History, "stored"> & { stored: SampleRoom[] };
export type SampleRoom = StoredRoom & { messages: Told[] };

const ROOMS = ["red", "blue"];
const WRITERS = ["ada", "grace"];
const PAGE_SIZE = 5;
const LINK = ": https://example.org/";
/** Who was away for long asks more than once. */
const ANSWER_SIZE = 15;

/**
 * A history that a faultless server could have left: writers who retry, give up or have a message deleted,
 * readers who lose their connection and come back by their cursor, or look back, a client that shows what it is told.
 */
export function sampleHistory(seed: string, turns = 90): SampleHistory {
  const random = new Random(seed);
  const recorder = new Recorder(ticks());
  const { record } = recorder;
  const rooms = ROOMS.map((roomId): SampleRoom => ({ roomId, name: roomId, lastSeq: 0, messages: [] }));
  const readers = [new SampleReader("ann", record, ROOMS), new SampleReader("bob", record, ["red"])];
  for (const reader of readers) reader.connect(rooms);

  for (let turn = 1; turn <= turns; turn++) {
    const room = random.pick(rooms);
    if (random.chance(0.25)) deleteOne({ room, readers, random, record });
    else if (random.chance(0.1)) showLinkOfOne({ room, readers, random, record });
    else sayOne({ room, readers, random, record, writer: random.pick(WRITERS), turn });
    for (const reader of readers) {
      if (random.chance(0.05)) reader.disconnect();
      else if (random.chance(0.3)) reader.connect(rooms);
      if (random.chance(0.1)) reader.lookBack(random.pick(rooms), random);
      if (random.chance(0.1)) reader.hearHead(random.pick(rooms));
    }
  }
  readers.push(new SampleReader("dan", record, ROOMS));
  for (const reader of readers) reader.connect(rooms);

  return {
    events: recorder.events,
    writers: WRITERS.map((name) => ({ name, keepsOrder: true, neverGivesUp: false })),
    readers: [
      ...readers.map(({ name, rooms }) => ({ name, rooms, kind: "socket" as const })),
      { name: "cat", kind: "client", rooms: ROOMS },
    ],
    views: rooms.map(({ roomId, messages }) => ({ reader: "cat", roomId, messages: [...messages], unsent: [] })),
    stored: rooms,
  };
}

type Turn = { room: SampleRoom; readers: SampleReader[]; random: Random; record: Record };

function sayOne({ room, readers, random, record, writer, turn }: Turn & { writer: string; turn: number }): void {
  const { roomId } = room;
  const clientId = `${writer}-${turn}`;
  const message = `${writer} says ${turn}${random.chance(0.2) ? LINK : ""}`;
  record({ type: "invoke", writer, authorId: `id-${writer}`, roomId, clientId, message });
  if (random.chance(0.05)) return record({ type: "refused", writer, clientId, code: "invalid" });
  const lost = random.chance(0.1);
  if (lost && random.chance(0.5)) return record({ type: "unknown", writer, clientId });
  const seq = ++room.lastSeq;
  const senderId = `id-${writer}`;
  const told: Told = { id: `id-${clientId}`, roomId, seq, rev: seq, clientId, message, senderId, isDeleted: false };
  room.messages.push(told);
  for (const reader of readers) reader.hear(told);
  record({ type: "shown", reader: "cat", message: told });
  if (lost) return record({ type: "unknown", writer, clientId });
  record({ type: "ok", writer, message: told });
  if (random.chance(0.1)) sayAgain(record, writer, told);
}

/** Somebody has a message of theirs deleted, whose answer may be lost, or which nobody may ever hear of. */
function deleteOne({ room, readers, random, record }: Turn): void {
  const present = room.messages.filter(({ isDeleted, message }) => !isDeleted && !message.includes(LINK));
  if (present.length === 0) return;
  const message = random.pick(present);
  const { clientId } = message;
  const writer = message.senderId.slice("id-".length);
  record({ type: "delete", writer, clientId });
  const lost = random.chance(0.1);
  if (lost && random.chance(0.5)) return;
  const deleted = { ...message, rev: ++room.lastSeq, message: "", isDeleted: true };
  room.messages[room.messages.indexOf(message)] = deleted;
  for (const reader of readers) reader.hear(deleted);
  record({ type: "changed", reader: "cat", message: deleted });
  if (lost) return record({ type: "delete-unknown", writer, clientId });
  record({ type: "deleted", writer, clientId });
  if (random.chance(0.3)) sayAgain(record, writer, deleted);
}

/** The page that a message links to was read. */
function showLinkOfOne({ room, readers, random, record }: Turn): void {
  const waiting = room.messages.filter(({ message, hasLinks }) => message.includes(LINK) && !hasLinks);
  if (waiting.length === 0) return;
  const message = random.pick(waiting);
  const linked = { ...message, rev: ++room.lastSeq, hasLinks: true };
  room.messages[room.messages.indexOf(message)] = linked;
  for (const reader of readers) reader.hear(linked);
  record({ type: "changed", reader: "cat", message: linked });
}

function sayAgain(record: Record, writer: string, message: Told): void {
  const ask = `${message.clientId} as change ${message.rev} again`;
  record({ type: "asks", ask });
  record({ type: "ok", writer, message, ask });
}

function ticks(): () => number {
  let tick = 0;
  return () => tick++;
}

class SampleReader {
  readonly #cursors = new Map<string, number>();
  #connected = false;
  #asks = 0;

  constructor(
    readonly name: string,
    private readonly record: (event: ReaderEvent | { type: "asks"; ask: string }) => void,
    readonly rooms: string[],
  ) {}

  connect(stored: readonly StoredRoom[]): void {
    if (this.#connected) return;
    this.#connected = true;
    this.record({ type: "connected", reader: this.name });
    for (const { roomId, lastSeq: seq, messages } of stored) {
      if (!this.rooms.includes(roomId)) continue;
      for (let more = true; more; ) {
        const since = this.#cursors.get(roomId) ?? 0;
        const missed = messages.filter(({ rev }) => rev > since).sort((a, b) => a.rev - b.rev);
        more = missed.length > ANSWER_SIZE;
        const told = missed.slice(0, ANSWER_SIZE);
        const ask = this.#ask();
        this.record({ type: "joined", reader: this.name, roomId, since, seq, more, messages: told, ask });
        this.#cursors.set(roomId, more ? (told.at(-1)?.rev ?? since) : seq);
      }
    }
  }

  disconnect(): void {
    this.#connected = false;
  }

  hear(message: Told): void {
    if (!this.#connected || !this.rooms.includes(message.roomId)) return;
    this.record({ type: "heard", reader: this.name, message });
    this.#cursors.set(message.roomId, message.rev);
  }

  hearHead({ roomId, lastSeq: seq }: StoredRoom): void {
    if (!this.#connected || !this.rooms.includes(roomId)) return;
    this.record({ type: "head", reader: this.name, roomId, seq });
  }

  lookBack({ roomId, messages }: StoredRoom, random: Random): void {
    if (!this.rooms.includes(roomId)) return;
    const end = random.whole(0, messages.length);
    const page = messages.slice(Math.max(0, end - PAGE_SIZE), end);
    this.record({ type: "page", reader: this.name, roomId, messages: page, ask: this.#ask() });
  }

  #ask(): string {
    const ask = `${this.name} asks ${++this.#asks}`;
    this.record({ type: "asks", ask });
    return ask;
  }
}
