import { setTimeout as sleep } from "node:timers/promises";
import { ChatClient } from "@/client/chat-client";
import type { WebSocketLike } from "@/client/connection";
import { type HistoryPage, restHistory } from "@/client/history-api";
import type { RoomHandle } from "@/client/open-room";
import { memoryOutbox } from "@/client/outbox";
import { TRANSIENT_CODES } from "@/protocol/errors";
import { type Message, parseServerFrame, type ServerFrame } from "@/protocol/frames";
import type { View } from "../history/events";
import { toTold } from "../history/recorder";
import { openSocket } from "./line";
import type { PersonOptions } from "./person";
import { makeWords } from "./words";

const OLDER_RETRY_MS = 300;

/** Somebody in front of our own client, as in a browser's tab: what they see is written down. */
export class Chatter {
  readonly name: string;
  readonly kind = "client";
  readonly keepsOrder = true;
  readonly neverGivesUp = true;
  readonly rooms: readonly string[];
  readonly #options: PersonOptions;
  readonly #outbox = memoryOutbox();
  readonly #handles = new Map<string, RoomHandle>();
  /** The last number shown in each room. */
  readonly #shown = new Map<string, number>();
  /** The messages of each room that are shown as deleted, by number. */
  readonly #gone = new Map<string, Set<number>>();
  #client: ChatClient | null = null;
  #count = 0;
  #asks = 0;
  #speaking: NodeJS.Timeout | undefined;
  /** How often the page was loaded anew. */
  reloads = 0;

  constructor(options: PersonOptions) {
    this.#options = options;
    this.name = options.name;
    this.rooms = options.rooms;
  }

  start(): void {
    const { person, record, name, rooms } = this.#options;
    record({ type: "connected", reader: name });
    this.#shown.clear();
    this.#gone.clear();
    const client = new ChatClient({
      url: "",
      userId: person.id,
      outbox: this.#outbox,
      loadPage: (roomId, before) => this.#loadPage(roomId, before),
      socket: () => this.#openSocket(),
      random: this.#options.random.next,
    });
    this.#client = client;
    for (const roomId of rooms) {
      const handle = client.openRoom(roomId);
      handle.subscribe(() => this.#look(handle));
      this.#handles.set(roomId, handle);
    }
    client.start();
  }

  stop(): void {
    this.hush();
    this.#client?.stop();
  }

  /** The page is closed in the middle of whatever it does, and opened again. */
  reload(): void {
    this.reloads++;
    this.#client?.stop();
    this.start();
  }

  talk(meanMs: number): void {
    this.#speaking = setTimeout(() => {
      this.say();
      this.talk(meanMs);
    }, this.#options.random.wait(meanMs));
  }

  hush(): void {
    clearTimeout(this.#speaking);
  }

  say(): void {
    const { name, person, random, record, rooms } = this.#options;
    const handle = this.#handles.get(random.pick(rooms));
    if (!handle) return;
    const message = makeWords(random, name, ++this.#count);
    handle.send(message);
    const clientId = handle.get().pending.find((pending) => pending.message === message)?.clientId;
    if (!clientId) throw new Error(`${name} said something and it is not shown as pending.`);
    record({ type: "invoke", writer: name, authorId: person.id, roomId: handle.roomId, clientId, message });
  }

  get isSettled(): boolean {
    return [...this.#handles.values()].every((handle) =>
      handle.get().pending.every(({ status }) => status === "failed"),
    );
  }

  cursor(roomId: string): number {
    return this.#handles.get(roomId)?.get().cursor ?? 0;
  }

  /** Scrolls to the beginning of every room. */
  async lookBack(): Promise<void> {
    for (const handle of this.#handles.values()) {
      while (handle.get().older !== "none") {
        await handle.loadOlder();
        if (handle.get().older !== "more") await sleep(OLDER_RETRY_MS);
      }
    }
  }

  views(): View[] {
    return [...this.#handles.values()].map((handle) => {
      const { roomId, messages, pending } = handle.get();
      const unsent = pending.filter(({ status }) => status !== "failed").map(({ message }) => message);
      return { reader: this.name, roomId, messages: messages.map(toTold), unsent };
    });
  }

  async #loadPage(roomId: string, before: number): Promise<HistoryPage> {
    const { person, door, record, name } = this.#options;
    const ask = `${name} looks back ${++this.#asks}`;
    record({ type: "asks", ask });
    const page = await restHistory(door().http, { authorization: `Bearer ${person.token}` })(roomId, before);
    record({ type: "page", reader: name, roomId, messages: page.messages.map(toTold), ask });
    return page;
  }

  #look(handle: RoomHandle): void {
    const { roomId, messages } = handle.get();
    const last = this.#shown.get(roomId) ?? 0;
    for (const message of messages.slice(findNew(messages, last))) {
      this.#options.record({ type: "shown", reader: this.name, message: toTold(message) });
      this.#shown.set(roomId, message.seq);
    }
    this.#lookForDeleted(roomId, messages);
  }

  #lookForDeleted(roomId: string, messages: readonly Message[]): void {
    const gone = this.#gone.get(roomId) ?? new Set();
    this.#gone.set(roomId, gone);
    for (const message of messages) {
      const isGone = message.deletedAt !== null;
      if (gone.has(message.seq) === isGone) continue;
      this.#options.record({ type: "changed", reader: this.name, message: toTold(message) });
      if (isGone) gone.add(message.seq);
      else gone.delete(message.seq);
    }
  }

  /** A socket of which every frame is seen on its way in. */
  #openSocket(): WebSocketLike {
    const socket = openSocket(this.#options.door().ws, this.#options.person.token);
    socket.on("message", (data) => this.#overhear(parseServerFrame(data.toString())));
    return socket as unknown as WebSocketLike;
  }

  #overhear(frame: ServerFrame): void {
    const { record, name, person } = this.#options;
    // Our client takes its message for stored when it sees it, also among what it had missed.
    const told = frame.type === "chat" ? [frame.payload] : frame.type === "joined" ? frame.payload.messages : [];
    for (const message of told) {
      if (message.senderId === person.id) record({ type: "ok", writer: name, message: toTold(message) });
    }
    if (frame.type === "error" && frame.payload.clientId && !TRANSIENT_CODES.has(frame.payload.code)) {
      record({ type: "refused", writer: name, clientId: frame.payload.clientId, code: frame.payload.code });
    }
  }
}

/** Where the messages after `last` begin: they are at the end. */
function findNew(messages: readonly { seq: number }[], last: number): number {
  let index = messages.length;
  while (index > 0 && (messages[index - 1]?.seq ?? 0) > last) index--;
  return index;
}
