import type { Message, ServerFrame } from "@/protocol/frames";
import { toTold } from "../history/recorder";
import { Line } from "./line";
import type { PersonOptions } from "./person";

/** A bare socket that joins rooms, keeps a cursor for each and writes down every frame. It never speaks. */
export class SocketReader {
  readonly name: string;
  readonly kind = "socket";
  readonly rooms: readonly string[];
  readonly line: Line;
  readonly #record: PersonOptions["record"];
  readonly #cursors = new Map<string, number>();
  readonly #counts = new Map<string, number>();
  /** What the last `join` of a room asked for, until it is answered. */
  readonly #asked = new Map<string, { since: number; ask: string }>();
  #asks = 0;

  constructor({ name, person, rooms, random, record, door }: PersonOptions) {
    this.name = name;
    this.rooms = rooms;
    this.#record = record;
    this.line = new Line({
      token: person.token,
      door,
      random,
      onOpen: () => {
        const { process } = this.line;
        record({ type: "connected", reader: name, ...(process && { process }) });
        this.#asked.clear();
        for (const roomId of rooms) this.#join(roomId);
      },
      onFrame: (frame) => this.#receive(frame),
    });
  }

  /** The last change that it has. */
  cursor(roomId: string): number {
    return this.#cursors.get(roomId) ?? 0;
  }

  /** Was let into each of its rooms at least once. */
  get hasJoined(): boolean {
    return this.rooms.every((roomId) => this.#counts.has(roomId));
  }

  /** How many people are in the room, as it was told last. */
  count(roomId: string): number {
    return this.#counts.get(roomId) ?? 0;
  }

  #join(roomId: string): void {
    if (this.#asked.has(roomId)) return;
    const since = this.cursor(roomId);
    const ask = `${this.name} joins ${++this.#asks}`;
    this.#record({ type: "asks", ask });
    if (this.line.send({ type: "join", payload: { roomId, since } })) this.#asked.set(roomId, { since, ask });
  }

  #receive(frame: ServerFrame): void {
    switch (frame.type) {
      case "joined":
        return this.#joined(frame.payload);
      case "chat":
        return this.#heard(frame.payload);
      case "presence":
        return void this.#counts.set(frame.payload.roomId, frame.payload.count);
      case "head":
        this.#record({ type: "head", reader: this.name, ...frame.payload });
        if (frame.payload.seq > this.cursor(frame.payload.roomId)) this.#join(frame.payload.roomId);
        return;
      case "left":
        this.#record({ type: "left", reader: this.name, roomId: frame.payload.roomId });
        return this.#refused(frame.payload.roomId);
      case "error":
        if (frame.payload.roomId) this.#refused(frame.payload.roomId);
        return;
      default:
        return;
    }
  }

  #joined({ roomId, seq, count, more, messages }: Extract<ServerFrame, { type: "joined" }>["payload"]): void {
    const { since, ask } = this.#asked.get(roomId) ?? { since: this.cursor(roomId), ask: "" };
    this.#asked.delete(roomId);
    this.#counts.set(roomId, count);
    const told = messages.map(toTold);
    this.#record({ type: "joined", reader: this.name, roomId, since, seq, more, messages: told, ask });
    const reached = more ? (messages.at(-1)?.rev ?? since) : seq;
    this.#cursors.set(roomId, Math.max(this.cursor(roomId), reached));
    if (more) this.#join(roomId);
  }

  #heard(message: Message): void {
    this.#record({ type: "heard", reader: this.name, message: toTold(message) });
    const cursor = this.cursor(message.roomId);
    if (message.rev === cursor + 1) this.#cursors.set(message.roomId, message.rev);
    // While it pages through what it missed, live frames run ahead; else this one shows a hole.
    else if (message.rev > cursor) this.#join(message.roomId);
  }

  /** The server could not let it in just now, or sent it away: it knocks until it is let in. */
  #refused(roomId: string): void {
    this.#asked.delete(roomId);
    setTimeout(() => this.#join(roomId), 500);
  }
}
