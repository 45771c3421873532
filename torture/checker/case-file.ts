import type { History, HistoryEvent, Reader, Recorded, StoredRoom, Told, Writer } from "../history/events";

type Of<Type extends HistoryEvent["type"]> = Recorded<Extract<HistoryEvent, { type: Type }>>;

/** One message from its writer's side. */
export type Said = {
  invoke: Of<"invoke">;
  oks: Of<"ok">[];
  refused: Of<"refused"> | null;
  givenUp: boolean;
};

/** Somebody was told of a message. */
export type Telling = { who: string; at: number; ms: number; message: Told };

/** A history in the order in which the rules ask for it. */
export class CaseFile {
  readonly history: History;
  readonly writers: ReadonlyMap<string, Writer>;
  readonly readers: ReadonlyMap<string, Reader>;
  readonly rooms: ReadonlyMap<string, StoredRoom>;
  /** By `clientId`, in the order in which they were said. */
  readonly said = new Map<string, Said>();
  /** Rows by `clientId`; more than one is a crime. */
  readonly stored = new Map<string, Told[]>();
  readonly tellings: Telling[] = [];

  constructor(history: History) {
    this.history = history;
    this.writers = new Map(history.writers.map((writer) => [writer.name, writer]));
    this.readers = new Map(history.readers.map((reader) => [reader.name, reader]));
    this.rooms = new Map(history.stored.map((room) => [room.roomId, room]));
    for (const { messages } of history.stored) for (const message of messages) this.#file(message);
    for (const event of history.events) this.#read(event);
  }

  nameOf(roomId: string): string {
    return this.rooms.get(roomId)?.name ?? roomId;
  }

  /** A message as a person names it: `red 17 "ada 3"`. */
  describe({ roomId, seq, message }: Told): string {
    return `${this.nameOf(roomId)} ${seq} ${quote(message)}`;
  }

  #file(message: Told): void {
    const rows = this.stored.get(message.clientId);
    if (rows) rows.push(message);
    else this.stored.set(message.clientId, [message]);
  }

  #read(event: Recorded): void {
    switch (event.type) {
      case "invoke":
        this.said.set(event.clientId, { invoke: event, oks: [], refused: null, givenUp: false });
        return;
      case "ok":
        this.said.get(event.message.clientId)?.oks.push(event);
        this.#tell(event.writer, event, event.message);
        return;
      case "refused": {
        const said = this.said.get(event.clientId);
        if (said) said.refused = event;
        return;
      }
      case "unknown": {
        const said = this.said.get(event.clientId);
        if (said) said.givenUp = true;
        return;
      }
      case "joined":
        for (const message of event.messages) this.#tell(event.reader, event, message);
        return;
      case "heard":
      case "shown":
        return this.#tell(event.reader, event, event.message);
      case "connected":
      case "fault":
        return;
      default:
        return event satisfies never;
    }
  }

  #tell(who: string, { at, ms }: Recorded, message: Told): void {
    this.tellings.push({ who, at, ms, message });
  }
}

export function quote(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}

export function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(3)} s`;
}

export function isSame(a: Told, b: Told): boolean {
  return (
    a.roomId === b.roomId &&
    a.seq === b.seq &&
    a.rev === b.rev &&
    a.clientId === b.clientId &&
    a.senderId === b.senderId &&
    a.message === b.message
  );
}
