import type { ErrorPayload } from "@/protocol/errors";
import type { Joined, Message, ServerFrame } from "@/protocol/frames";
import { Connection, type ConnectionOptions, type ConnectionState } from "./connection";
import { restFiles } from "./files/files-api";
import { memoryUploadStore } from "./files/upload-store";
import { Uploads, type UploadsOptions } from "./files/uploads";
import type { HistoryPage } from "./history-api";
import { OpenRoom, type RoomHandle } from "./open-room";
import type { OutboxStore } from "./outbox";
import type { InitialRoom } from "./room-state";
import { Sender } from "./sender";
import type { Store } from "./store";

/** What tells a browser that its connection may have died, or may be had again. */
const WAKING_EVENTS = ["online", "offline", "pageshow"] as const;

export type ChatClientOptions = Pick<ConnectionOptions, "url" | "isSignedIn" | "socket" | "now" | "random"> & {
  /** Who is signed in: tells our own messages from others'. */
  userId: string;
  outbox: OutboxStore;
  /** How files are sent; without it to the page's own server, and nothing of them outlives the process. */
  files?: Partial<Omit<UploadsOptions, "random" | "onSettled">>;
  loadPage(roomId: string, seq: number, towards?: "newer"): Promise<HistoryPage>;
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
  readonly #uploads: Uploads;
  readonly #wake = () => {
    this.#connection.probe();
    this.#uploads.wake();
  };

  constructor(options: ChatClientOptions) {
    this.#options = options;
    this.#connection = new Connection({
      ...options,
      onOpen: () => {
        for (const room of this.#rooms.values()) if (!room.get().gone) room.join();
        this.#sender.resume();
        this.#uploads.wake();
      },
      onFrame: (frame) => this.#receive(frame),
      onClose: () => {
        for (const room of this.#rooms.values()) room.disconnected();
        this.#sender.pause();
      },
    });
    this.#uploads = new Uploads({
      api: restFiles(),
      store: memoryUploadStore(),
      ...options.files,
      random: options.random ?? Math.random,
      onSettled: () => this.#sender.filesChanged(),
    });
    this.#sender = new Sender({
      outbox: options.outbox,
      uploads: this.#uploads,
      now: options.now ?? Date.now,
      random: options.random ?? Math.random,
      write: (frame) => this.#connection.send(frame),
      onUnanswered: () => this.#connection.reconnect(),
      onChange: (pending) => this.#rooms.get(pending.roomId)?.dispatch({ type: "pending", pending }),
      onDiscard: ({ roomId, clientId }) => this.#rooms.get(roomId)?.dispatch({ type: "discarded", clientId }),
    });
  }

  get connection(): Store<ConnectionState> {
    return this.#connection.state;
  }

  /** The files that are being put together, or on their way. */
  get uploads(): Uploads {
    return this.#uploads;
  }

  start(): void {
    this.#connection.connect();
    void this.#sender.load();
    void this.#uploads.load();
    if (typeof addEventListener !== "function") return;
    for (const event of WAKING_EVENTS) addEventListener(event, this.#wake);
  }

  stop(): void {
    if (typeof removeEventListener === "function") {
      for (const event of WAKING_EVENTS) removeEventListener(event, this.#wake);
    }
    this.#connection.stop();
    this.#sender.pause();
    this.#uploads.stop();
    for (const room of this.#rooms.values()) room.close();
    this.#rooms.clear();
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
    if (open && !open.get().gone) return open;
    const room = open ?? new OpenRoom(roomId, initial, this.#surroundings);
    this.#rooms.set(roomId, room);
    room.join();
    return room;
  }

  /** Leaves the room on this connection; the membership stays. */
  closeRoom(roomId: string): void {
    this.#rooms.get(roomId)?.close();
    if (this.#rooms.delete(roomId)) this.#connection.send({ type: "leave", payload: { roomId } });
  }

  get #surroundings() {
    const { userId, loadPage, now = Date.now } = this.#options;
    return { userId, loadPage, now, connection: this.#connection, sender: this.#sender, uploads: this.#uploads };
  }

  #receive(frame: ServerFrame): void {
    switch (frame.type) {
      case "joined":
        return this.#joined(frame.payload);
      case "chat":
        return this.#chat(frame.payload);
      case "head":
        return this.#rooms.get(frame.payload.roomId)?.dispatch({ type: "head", seq: frame.payload.seq });
      case "presence":
        return this.#rooms.get(frame.payload.roomId)?.dispatch({ type: "presence", ...frame.payload });
      case "typing":
        return this.#rooms.get(frame.payload.roomId)?.typing(frame.payload.person);
      case "room":
        return this.#rooms.get(frame.payload.id)?.dispatch({ type: "room", room: frame.payload });
      case "left":
        return this.#rooms.get(frame.payload.roomId)?.left(frame.payload);
      case "error":
        return this.#refused(frame.payload);
      case "pong":
        return;
      default:
        // A frame of a later version: not ours to understand.
        return frame satisfies never;
    }
  }

  #joined(joined: Joined): void {
    this.#rooms.get(joined.roomId)?.joined(joined);
    for (const message of joined.messages) this.#committed(message);
  }

  #chat(message: Message): void {
    this.#rooms.get(message.roomId)?.dispatch({ type: "chat", message });
    this.#committed(message);
  }

  #committed({ senderId, clientId }: Message): void {
    if (senderId === this.#options.userId) this.#sender.committed(clientId);
  }

  #refused(error: ErrorPayload): void {
    if (error.clientId) this.#sender.refused(error.clientId, error);
    else if (error.roomId) this.#rooms.get(error.roomId)?.refused(error);
  }
}
