import type { History, ReaderEvent, StoredRoom, Told } from "../history/events";
import { Recorder } from "../history/recorder";
import { Random } from "../random";

/** As much of a history as a planted bug may want to change. */
export type SampleHistory = Omit<History, "stored"> & { stored: SampleRoom[] };
export type SampleRoom = StoredRoom & { messages: Told[] };

const ROOMS = ["red", "blue"];
const WRITERS = ["ada", "grace"];

/**
 * A history that a faultless server could have left: writers who retry or give up, readers who lose
 * their connection and come back by their cursor, a client that shows what it is told.
 */
export function sampleHistory(seed: string, messages = 60): SampleHistory {
  const random = new Random(seed);
  const recorder = new Recorder(ticks());
  const { record } = recorder;
  const stored = ROOMS.map((roomId): SampleRoom => ({ roomId, name: roomId, lastSeq: 0, messages: [] }));
  const readers = [new SampleReader("ann", record, ROOMS), new SampleReader("bob", record, ["red"])];
  for (const reader of readers) reader.connect(stored);

  for (let n = 1; n <= messages; n++) {
    const writer = random.pick(WRITERS);
    const room = random.pick(stored);
    const { roomId } = room;
    const clientId = `${writer}-${n}`;
    const message = `${writer} says ${n}`;
    record({ type: "invoke", writer, authorId: `id-${writer}`, roomId, clientId, message });
    if (random.chance(0.05)) {
      record({ type: "refused", writer, clientId, code: "invalid" });
      continue;
    }
    const lost = random.chance(0.1);
    if (lost && random.chance(0.5)) {
      record({ type: "unknown", writer, clientId });
      continue;
    }
    const seq = ++room.lastSeq;
    const told = { roomId, seq, rev: seq, clientId, message, senderId: `id-${writer}` };
    room.messages.push(told);
    for (const reader of readers) reader.hear(told);
    record({ type: "shown", reader: "cat", message: told });
    if (lost) record({ type: "unknown", writer, clientId });
    else record({ type: "ok", writer, message: told });
    if (!lost && random.chance(0.1)) record({ type: "ok", writer, message: told });
    for (const reader of readers) {
      if (random.chance(0.05)) reader.disconnect();
      else if (random.chance(0.3)) reader.connect(stored);
    }
  }
  for (const reader of readers) reader.connect(stored);

  return {
    events: recorder.events,
    writers: WRITERS.map((name) => ({ name, keepsOrder: true, neverGivesUp: false })),
    readers: [
      ...readers.map(({ name, rooms }) => ({ name, rooms, kind: "socket" as const })),
      { name: "cat", kind: "client", rooms: ROOMS },
    ],
    views: stored.map(({ roomId, messages }) => ({ reader: "cat", roomId, messages: [...messages], unsent: [] })),
    stored,
  };
}

function ticks(): () => number {
  let tick = 0;
  return () => tick++;
}

class SampleReader {
  readonly #cursors = new Map<string, number>();
  #connected = false;

  constructor(
    readonly name: string,
    private readonly record: (event: ReaderEvent) => void,
    readonly rooms: string[],
  ) {}

  connect(stored: readonly StoredRoom[]): void {
    if (this.#connected) return;
    this.#connected = true;
    this.record({ type: "connected", reader: this.name });
    for (const { roomId, lastSeq: seq, messages } of stored) {
      if (!this.rooms.includes(roomId)) continue;
      const since = this.#cursors.get(roomId) ?? 0;
      const missed = messages.slice(since);
      this.record({ type: "joined", reader: this.name, roomId, since, seq, more: false, messages: missed });
      this.#cursors.set(roomId, seq);
    }
  }

  disconnect(): void {
    this.#connected = false;
  }

  hear(message: Told): void {
    if (!this.#connected || !this.rooms.includes(message.roomId)) return;
    this.record({ type: "heard", reader: this.name, message });
    this.#cursors.set(message.roomId, message.seq);
  }
}
