import type { ErrorPayload } from "@/protocol/errors";
import type { Message, ServerFrame } from "@/protocol/frames";
import { TYPING_INTERVAL_MS, TYPING_TTL_MS } from "@/protocol/limits";
import { Connection, type ConnectionOptions, type ConnectionState } from "./connection";
import type { HistoryPage } from "./history-api";
import type { OutboxStore } from "./outbox";
import {
  type InitialRoom,
  initialRoomState,
  isBehind,
  type RoomAction,
  type RoomState,
  reduceRoom,
} from "./room-state";
import { Sender } from "./sender";
import { createStore, type Store, type WritableStore } from "./store";

/** A hole may be two frames that swapped places: wait this long before asking the server for it. */
const HOLE_PATIENCE_MS = 150;
/** A hole that stays is asked for ever more seldom, up to this. */
const HOLE_PATIENCE_MAX_MS = 10_000;

export type ChatClientOptions = Pick<ConnectionOptions, "url" | "isSignedIn" | "socket" | "now" | "random"> & {
  /** Who is signed in: tells our own messages from others'. */
  userId: string;
  outbox: OutboxStore;
  loadPage(roomId: string, before: number): Promise<HistoryPage>;
};

/** One room of a client: its state, and what a person can do in it. */
export interface RoomHandle extends Store<RoomState> {
  readonly roomId: string;
  /** Shows the message as pending, keeps it in the outbox and sends it as soon as it can. */
  send(text: string): void;
  /** Sends a message that was refused once more, with the same `clientId`. */
  retry(clientId: string): void;
  /** Forgets a message that was refused. */
  discard(clientId: string): void;
  /** Call on every keystroke; it tells the others at most every three seconds. */
  setTyping(): void;
  /** Loads the page before the first message. Does nothing at the beginning or while loading. */
  loadOlder(): Promise<void>;
}

type OpenRoom = {
  store: WritableStore<RoomState>;
  handle: RoomHandle;
  typedAt: number;
  typingTimers: Map<string, ReturnType<typeof setTimeout>>;
  repairTimer: ReturnType<typeof setTimeout> | undefined;
  repairs: number;
  /** The cursor that the last `join` gave: the answer is folded from there. */
  joinedSince: number | undefined;
};

/**
 * Adda's client without a face: one socket, any number of rooms, an outbox. A browser, a bot and a test
 * use the same one.
 *
 * It promises that a room's messages converge to the server's, each once and in order, however often the
 * connection fails, and that what was sent is stored exactly once or shown as failed with its text.
 */
export class ChatClient {
  readonly #options: ChatClientOptions;
  readonly #rooms = new Map<string, OpenRoom>();
  readonly #connection: Connection;
  readonly #sender: Sender;
  readonly #wake = () => this.#connection.probe();

  constructor(options: ChatClientOptions) {
    this.#options = options;
    this.#connection = new Connection({
      ...options,
      onOpen: () => {
        for (const room of this.#rooms.values()) this.#join(room);
        this.#sender.resume();
      },
      onFrame: (frame) => this.#receive(frame),
      onClose: () => this.#sender.pause(),
    });
    this.#sender = new Sender({
      outbox: options.outbox,
      now: options.now ?? Date.now,
      random: options.random ?? Math.random,
      write: (frame) => this.#connection.send(frame),
      onUnanswered: () => this.#connection.reconnect(),
      onChange: (pending) => this.#dispatch(pending.roomId, { type: "pending", pending }),
      onRemove: ({ roomId, clientId }) => this.#dispatch(roomId, { type: "discarded", clientId }),
    });
  }

  get connection(): Store<ConnectionState> {
    return this.#connection.state;
  }

  start(): void {
    this.#connection.connect();
    void this.#sender.load();
    if (typeof addEventListener === "function") {
      addEventListener("online", this.#wake);
      addEventListener("offline", this.#wake);
      addEventListener("pageshow", this.#wake);
    }
  }

  stop(): void {
    if (typeof removeEventListener === "function") {
      removeEventListener("online", this.#wake);
      removeEventListener("offline", this.#wake);
      removeEventListener("pageshow", this.#wake);
    }
    this.#connection.stop();
    this.#sender.pause();
    for (const roomId of [...this.#rooms.keys()]) this.#forget(roomId);
  }

  /** Tries at once instead of waiting for the next try. */
  reconnect(): void {
    this.#connection.reconnect();
  }

  /** Finds out soon whether the connection still lives: call it when the device wakes. */
  probe(): void {
    this.#connection.probe();
  }

  /** Joins a room, or gives the handle of one that is joined. `initial` is what a server-rendered page shows. */
  openRoom(roomId: string, initial?: InitialRoom): RoomHandle {
    const open = this.#rooms.get(roomId);
    if (open) return open.handle;
    const room = this.#createRoom(roomId, initial);
    this.#rooms.set(roomId, room);
    this.#join(room);
    return room.handle;
  }

  /** Leaves the room on this connection; the membership stays. */
  closeRoom(roomId: string): void {
    if (this.#forget(roomId)) this.#connection.send({ type: "leave", payload: { roomId } });
  }

  #createRoom(roomId: string, initial: InitialRoom | undefined): OpenRoom {
    const pending = this.#sender.pendingOf(roomId);
    const store = createStore<RoomState>({ ...initialRoomState(roomId, initial), pending });
    const handle: RoomHandle = {
      roomId,
      get: store.get,
      subscribe: store.subscribe,
      send: (text) => void this.#sender.send(roomId, text),
      retry: (clientId) => this.#sender.retry(clientId),
      discard: (clientId) => this.#sender.discard(clientId),
      setTyping: () => this.#tellTyping(room),
      loadOlder: () => this.#loadOlder(room),
    };
    const room: OpenRoom = {
      store,
      handle,
      typedAt: 0,
      typingTimers: new Map(),
      repairTimer: undefined,
      repairs: 0,
      joinedSince: undefined,
    };
    return room;
  }

  #forget(roomId: string): boolean {
    const room = this.#rooms.get(roomId);
    if (!room) return false;
    clearTimeout(room.repairTimer);
    for (const timer of room.typingTimers.values()) clearTimeout(timer);
    return this.#rooms.delete(roomId);
  }

  #join(room: OpenRoom): void {
    const { roomId, cursor, older } = room.store.get();
    room.joinedSince = older === "unknown" ? undefined : cursor;
    this.#connection.send({ type: "join", payload: { roomId, since: room.joinedSince } });
  }

  #receive(frame: ServerFrame): void {
    switch (frame.type) {
      case "joined":
        return this.#joined(frame.payload.roomId, frame);
      case "chat":
        return this.#chat(frame.payload);
      case "head":
        return this.#dispatch(frame.payload.roomId, { type: "head", seq: frame.payload.seq });
      case "presence":
        return this.#dispatch(frame.payload.roomId, { type: "presence", ...frame.payload });
      case "typing":
        return this.#typing(frame.payload.roomId, frame.payload.person);
      case "room":
        return this.#dispatch(frame.payload.id, { type: "room", room: frame.payload });
      case "left":
        if (frame.payload.reason === "removed")
          this.#dispatch(frame.payload.roomId, { type: "gone", reason: "removed" });
        return;
      case "error":
        return this.#refused(frame.payload);
      case "pong":
        return;
      default:
        // A frame of a later version: not ours to understand.
        return frame satisfies never;
    }
  }

  #joined(roomId: string, { payload }: Extract<ServerFrame, { type: "joined" }>): void {
    const room = this.#rooms.get(roomId);
    if (!room) return;
    this.#dispatch(roomId, { type: "joined", joined: payload, since: room.joinedSince });
    if (room.joinedSince !== undefined && payload.more) this.#join(room);
  }

  #chat(message: Message): void {
    const mine = message.senderId === this.#options.userId;
    this.#dispatch(message.roomId, { type: "chat", message, mine });
    if (mine) this.#sender.committed(message.clientId);
  }

  #refused(error: ErrorPayload): void {
    if (error.clientId) this.#sender.refused(error.clientId, error);
    else if (error.roomId && error.code === "not_found")
      this.#dispatch(error.roomId, { type: "gone", reason: "removed" });
  }

  #dispatch(roomId: string, action: RoomAction): void {
    const room = this.#rooms.get(roomId);
    if (!room) return;
    room.store.set(reduceRoom(room.store.get(), action));
    this.#repair(room);
  }

  /** Asks for what is missing, once the frames that may merely be late have had their time. */
  #repair(room: OpenRoom): void {
    if (!isBehind(room.store.get())) room.repairs = 0;
    else if (!room.repairTimer) {
      const patienceMs = Math.min(HOLE_PATIENCE_MAX_MS, HOLE_PATIENCE_MS * 2 ** room.repairs);
      room.repairTimer = setTimeout(() => {
        room.repairTimer = undefined;
        if (!isBehind(room.store.get())) return;
        room.repairs++;
        this.#join(room);
      }, patienceMs);
    }
  }

  #typing(roomId: string, person: { id: string; name: string }): void {
    const room = this.#rooms.get(roomId);
    if (!room || person.id === this.#options.userId) return;
    this.#dispatch(roomId, { type: "typing", person });
    clearTimeout(room.typingTimers.get(person.id));
    const end = () => this.#dispatch(roomId, { type: "typing-ended", personId: person.id });
    room.typingTimers.set(person.id, setTimeout(end, TYPING_TTL_MS));
  }

  #tellTyping(room: OpenRoom): void {
    const now = (this.#options.now ?? Date.now)();
    if (now - room.typedAt < TYPING_INTERVAL_MS) return;
    room.typedAt = now;
    this.#connection.send({ type: "typing", payload: { roomId: room.handle.roomId } });
  }

  async #loadOlder(room: OpenRoom): Promise<void> {
    const { roomId, older, messages } = room.store.get();
    const first = messages[0];
    if (!first || (older !== "more" && older !== "failed")) return;
    this.#dispatch(roomId, { type: "older-loading" });
    try {
      const page = await this.#options.loadPage(roomId, first.seq);
      this.#dispatch(roomId, { type: "older-loaded", ...page });
    } catch {
      this.#dispatch(roomId, { type: "older-failed" });
    }
  }
}
