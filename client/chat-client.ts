import { type ErrorPayload, TRANSIENT_CODES } from "@/protocol/errors";
import type { Message, ServerFrame } from "@/protocol/frames";
import { TYPING_INTERVAL_MS, TYPING_TTL_MS } from "@/protocol/limits";
import { Connection, type ConnectionOptions, type ConnectionState } from "./connection";
import type { HistoryPage } from "./history-api";
import type { OutboxStore } from "./outbox";
import {
  type InitialRoom,
  initialRoomState,
  isBehind,
  type PendingMessage,
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
  /** The join that is not answered yet: its answer is folded from the cursor that it gave. */
  joining: { since: number | undefined } | null;
  /** True while this connection hears the room. */
  joined: boolean;
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
        for (const room of this.#rooms.values()) if (!room.store.get().gone) this.#join(room);
        this.#sender.resume();
      },
      onFrame: (frame) => this.#receive(frame),
      onClose: () => {
        for (const room of this.#rooms.values()) this.#disconnect(room);
        this.#sender.pause();
      },
    });
    this.#sender = new Sender({
      outbox: options.outbox,
      now: options.now ?? Date.now,
      random: options.random ?? Math.random,
      write: (frame) => this.#connection.send(frame),
      onUnanswered: () => this.#connection.reconnect(),
      onChange: (pending) => this.#dispatch(pending.roomId, { type: "pending", pending }),
      onDiscard: ({ roomId, clientId }) => this.#dispatch(roomId, { type: "discarded", clientId }),
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

  /**
   * Joins a room, or gives the handle of one that is joined. `initial` is what a server-rendered page shows.
   * @param roomId the room's id, not its slug.
   */
  openRoom(roomId: string, initial?: InitialRoom): RoomHandle {
    const open = this.#rooms.get(roomId);
    if (open && !open.store.get().gone) return open.handle;
    const room = open ?? this.#createRoom(roomId, initial);
    this.#rooms.set(roomId, room);
    this.#join(room);
    return room.handle;
  }

  /** Leaves the room on this connection; the membership stays. */
  closeRoom(roomId: string): void {
    if (this.#forget(roomId)) this.#connection.send({ type: "leave", payload: { roomId } });
  }

  #createRoom(roomId: string, initial: InitialRoom | undefined): OpenRoom {
    const show = (state: RoomState, pending: PendingMessage) => reduceRoom(state, { type: "pending", pending });
    const store = createStore(this.#sender.pendingOf(roomId).reduce(show, initialRoomState(roomId, initial)));
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
      joining: null,
      joined: false,
    };
    return room;
  }

  #forget(roomId: string): boolean {
    const room = this.#rooms.get(roomId);
    if (!room) return false;
    this.#disconnect(room);
    for (const timer of room.typingTimers.values()) clearTimeout(timer);
    return this.#rooms.delete(roomId);
  }

  /** One join at a time: an answer must be known for the question that it answers. */
  #join(room: OpenRoom): void {
    if (room.joining) return;
    const { roomId, cursor, older } = room.store.get();
    const since = older === "unknown" ? undefined : cursor;
    if (this.#connection.send({ type: "join", payload: { roomId, since } })) room.joining = { since };
  }

  #disconnect(room: OpenRoom): void {
    room.joining = null;
    room.joined = false;
    clearTimeout(room.repairTimer);
    room.repairTimer = undefined;
    room.repairs = 0;
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
        return this.#left(frame.payload);
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
    if (!room?.joining) return;
    const { since } = room.joining;
    room.joining = null;
    room.joined = true;
    this.#dispatch(roomId, { type: "joined", joined: payload, since });
    for (const message of payload.messages) this.#committed(message);
    if (room.store.get().older === "unknown" || (since !== undefined && payload.more)) this.#join(room);
  }

  #chat(message: Message): void {
    this.#dispatch(message.roomId, { type: "chat", message });
    this.#committed(message);
  }

  #committed({ senderId, clientId }: Message): void {
    if (senderId === this.#options.userId) this.#sender.committed(clientId);
  }

  #left({ roomId, reason }: Extract<ServerFrame, { type: "left" }>["payload"]): void {
    const room = this.#rooms.get(roomId);
    // Closed and opened again: this answers the closing, and the opening's answer is on its way.
    if (!room || (room.joining && reason === "left")) return;
    this.#gone(room, reason);
  }

  #refused(error: ErrorPayload): void {
    if (error.clientId) return this.#sender.refused(error.clientId, error);
    const room = error.roomId === undefined ? undefined : this.#rooms.get(error.roomId);
    if (!room?.joining) return;
    room.joining = null;
    if (TRANSIENT_CODES.has(error.code)) this.#joinLater(room, error.retryAfterMs);
    else this.#gone(room, "removed");
  }

  /** It is not joined again when the connection comes back: that would undo what a person decided. */
  #gone(room: OpenRoom, reason: "left" | "removed"): void {
    this.#disconnect(room);
    this.#dispatch(room.handle.roomId, { type: "gone", reason });
  }

  #dispatch(roomId: string, action: RoomAction): void {
    const room = this.#rooms.get(roomId);
    if (!room) return;
    room.store.set(reduceRoom(room.store.get(), action));
    this.#repair(room);
  }

  /** Asks for what is missing, once the frames that may merely be late have had their time. */
  #repair(room: OpenRoom): void {
    const state = room.store.get();
    if (!isBehind(state)) room.repairs = 0;
    else if (!state.gone) this.#joinLater(room);
  }

  /** Waits longer each time that it did not help. */
  #joinLater(room: OpenRoom, atLeastMs = 0): void {
    if (room.repairTimer) return;
    const patienceMs = Math.min(HOLE_PATIENCE_MAX_MS, HOLE_PATIENCE_MS * 2 ** room.repairs);
    const join = () => {
      room.repairTimer = undefined;
      if (room.joined && !isBehind(room.store.get())) return;
      room.repairs++;
      this.#join(room);
    };
    room.repairTimer = setTimeout(join, Math.max(patienceMs, atLeastMs));
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
    if (!room.joined || now - room.typedAt < TYPING_INTERVAL_MS) return;
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
      // Loaded anew meanwhile: this page does not lie before what is here now.
      if (room.store.get().messages[0]?.seq !== first.seq) return;
      this.#dispatch(roomId, { type: "older-loaded", ...page });
    } catch {
      this.#dispatch(roomId, { type: "older-failed" });
    }
  }
}
