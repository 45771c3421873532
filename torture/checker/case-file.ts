import type { History, HistoryEvent, Reader, Recorded, StoredRoom, Told, Writer } from "../history/events";
import { Covers } from "./covers";

type Of<Type extends HistoryEvent["type"]> = Recorded<Extract<HistoryEvent, { type: Type }>>;

/** One message from its writer's side. */
export type Said = {
  invoke: Of<"invoke">;
  oks: Of<"ok">[];
  refused: Of<"refused"> | null;
  givenUp: boolean;
  /** Its writer's wish that it be deleted. */
  deletion: Deletion | null;
};

export type Deletion = { invoke: Of<"delete">; ok: Of<"deleted"> | null; refused: Of<"delete-refused"> | null };

/** Somebody was told of a message. */
export type Telling = { who: string; at: number; ms: number; message: Told; minds: Minds };

/**
 * What whoever tells must take into account: all that this person was told before `own`, and all that
 * anybody was told before `others`. A frame comes after those before it, whatever was asked when.
 */
type Minds = { own: number; others: number };

const NEVER = -1;

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
  /** What excuses lateness, and when. */
  readonly covers = new Covers();
  /** By room and number: the row that it made, and the one that it changed last. */
  readonly #rows = new Map<string, Told>();
  readonly #askedAt = new Map<string, number>();
  readonly #connectedAt = new Map<string, number>();

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

  /** The message that a number of a room made or changed last, as the database has it. */
  rowOf(roomId: string, number: number): Told | undefined {
    return this.#rows.get(`${roomId} ${number}`);
  }

  /** A message as a person names it: `red 17 "ada 3"`. */
  describe({ roomId, seq, rev, message, isDeleted }: Told): string {
    const words = isDeleted && message === "" ? "" : ` ${quote(message)}`;
    return `${this.nameOf(roomId)} ${seq}${words}${isDeleted ? ` (deleted as ${rev})` : ""}`;
  }

  #file(message: Told): void {
    const rows = this.stored.get(message.clientId);
    if (rows) rows.push(message);
    else this.stored.set(message.clientId, [message]);
    this.#rows.set(`${message.roomId} ${message.seq}`, message);
    this.#rows.set(`${message.roomId} ${message.rev}`, message);
  }

  #read(event: Recorded): void {
    switch (event.type) {
      case "invoke":
        this.said.set(event.clientId, { invoke: event, oks: [], refused: null, givenUp: false, deletion: null });
        return;
      case "ok":
        this.said.get(event.message.clientId)?.oks.push(event);
        return this.#tell(event.writer, event, event.message, this.#whenAsked(event.ask));
      case "refused":
        return this.#update(event.clientId, { refused: event });
      case "unknown":
        return this.#update(event.clientId, { givenUp: true });
      case "delete":
        return this.#update(event.clientId, { deletion: { invoke: event, ok: null, refused: null } });
      case "deleted":
        return this.#updateDeletion(event.clientId, { ok: this.said.get(event.clientId)?.deletion?.ok ?? event });
      case "delete-refused":
        return this.#updateDeletion(event.clientId, { refused: event });
      case "asks":
        return void this.#askedAt.set(event.ask, event.at);
      case "connected":
        return void this.#connectedAt.set(event.reader, event.at);
      case "joined":
      case "page":
        for (const message of event.messages) this.#tell(event.reader, event, message, this.#whenAsked(event.ask));
        return;
      case "heard":
      case "shown":
      case "changed": {
        const others = this.#connectedAt.get(event.reader) ?? NEVER;
        return this.#tell(event.reader, event, event.message, { own: event.at, others });
      }
      case "delete-unknown":
      case "head":
      case "left":
      case "admitted":
      case "dismissed":
      case "fault":
        return;
      case "covers":
      case "uncovers":
        return this.covers.read(event);
      default:
        return event satisfies never;
    }
  }

  #update(clientId: string, change: Partial<Said>): void {
    const said = this.said.get(clientId);
    if (said) Object.assign(said, change);
  }

  #updateDeletion(clientId: string, change: Partial<Deletion>): void {
    const deletion = this.said.get(clientId)?.deletion;
    if (deletion) Object.assign(deletion, change);
  }

  /** The answer to a question minds what was known when that was asked. */
  #whenAsked(ask: string | undefined): Minds {
    const at = (ask === undefined ? undefined : this.#askedAt.get(ask)) ?? NEVER;
    return { own: at, others: at };
  }

  #tell(who: string, { at, ms }: Recorded, message: Told, minds: Minds): void {
    const row = this.stored.get(message.clientId)?.[0];
    // The number under which links were shown is in the database only until the message changes again.
    if (message.hasLinks && row) this.#rows.set(`${message.roomId} ${message.rev}`, row);
    this.tellings.push({ who, at, ms, message, minds });
  }
}

export function quote(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}

export function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(3)} s`;
}

export function isSame(a: Told, b: Told): boolean {
  return a.rev === b.rev && a.message === b.message && a.isDeleted === b.isDeleted && isSameMessage(a, b);
}

/** The same message, with links that were shown since. */
export function isLinkedSince(row: Told, told: Told): boolean {
  return row.hasLinks === true && row.rev > told.rev && row.message === told.message && isSameMessage(row, told);
}

/** One message, whatever was changed in it. */
export function isSameMessage(a: Told, b: Told): boolean {
  return (
    a.id === b.id && a.roomId === b.roomId && a.seq === b.seq && a.clientId === b.clientId && a.senderId === b.senderId
  );
}
