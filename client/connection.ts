import { CloseCode } from "@/protocol/close-codes";
import { type ClientFrame, encodeFrame, parseServerFrame, type ServerFrame, SUBPROTOCOL } from "@/protocol/frames";
import { SILENCE_MAX_MS } from "@/protocol/limits";
import { createStore, type Store } from "./store";

const BACKOFF_FIRST_MS = 500;
const BACKOFF_MAX_MS = 15_000;
const PROBE_TIMEOUT_MS = 5_000;

export type ConnectionStatus = "connecting" | "online" | "offline" | "signed-out";

/** `retryAt` is when the next try is due, in milliseconds since the epoch; null when none is. */
export type ConnectionState = { status: ConnectionStatus; retryAt: number | null };

/** The part of the WebSocket interface that browsers, Node and `ws` share. */
export type WebSocketLike = {
  send(data: string): void;
  close(code?: number): void;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number }) => void) | null;
  onerror: ((event: never) => void) | null;
};

export type ConnectionOptions = {
  url: string;
  onOpen(): void;
  onFrame(frame: ServerFrame): void;
  onClose(): void;
  /** Asked after the server refused us: false ends the trying, for only a person can sign in. */
  isSignedIn?(): Promise<boolean>;
  socket?(url: string, protocol: string): WebSocketLike;
  now?(): number;
  random?(): number;
};

/**
 * One socket that comes back. It waits longer after each failure, with jitter, so that a server that
 * restarts is not met by everybody at once; it takes a connection that fell silent for dead.
 */
export class Connection {
  readonly #state = createStore<ConnectionState>({ status: "connecting", retryAt: null });
  readonly #options: Required<Omit<ConnectionOptions, "isSignedIn">> & Pick<ConnectionOptions, "isSignedIn">;
  #socket: WebSocketLike | null = null;
  #stopped = false;
  #failures = 0;
  #heardAt = 0;
  #framesHeard = 0;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #silenceTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: ConnectionOptions) {
    this.#options = {
      socket: (url, protocol) => new WebSocket(url, protocol) as WebSocketLike,
      now: Date.now,
      random: Math.random,
      ...options,
    };
  }

  get state(): Store<ConnectionState> {
    return this.#state;
  }

  /** Connects now, without waiting for a try that is due later. Does nothing while connected. */
  connect(): void {
    if (this.#socket) return;
    clearTimeout(this.#retryTimer);
    if (this.#state.get().status !== "offline") this.#state.set({ status: "connecting", retryAt: null });
    const socket = this.#options.socket(this.#options.url, SUBPROTOCOL);
    this.#socket = socket;
    let opened = false;
    socket.onopen = () => {
      opened = true;
      this.#expectWord(SILENCE_MAX_MS);
      this.#state.set({ status: "online", retryAt: null });
      this.#options.onOpen();
    };
    socket.onmessage = ({ data }) => {
      // Not at its opening: a server that opens every socket and closes it again must not be hammered.
      this.#failures = 0;
      this.#framesHeard++;
      this.#heardAt = this.#options.now();
      if (typeof data === "string") this.#options.onFrame(parseServerFrame(data));
    };
    socket.onclose = ({ code }) => void this.#lost(opened ? code : null);
    socket.onerror = () => {};
    this.#expectWord(SILENCE_MAX_MS);
  }

  /** @returns false when there is no connection to send on. */
  send(frame: ClientFrame): boolean {
    if (this.#state.get().status !== "online" || !this.#socket) return false;
    this.#socket.send(encodeFrame(frame));
    return true;
  }

  /** Finds out soon whether the connection still lives: after sleep, or a change of network. */
  probe(): void {
    if (this.#stopped) return;
    if (this.send({ type: "ping" })) this.#expectWord(PROBE_TIMEOUT_MS);
    else this.connect();
  }

  /** Gives the socket up and tries anew at once. */
  reconnect(): void {
    this.#drop();
    this.#options.onClose();
    this.#state.set({ status: "offline", retryAt: null });
    this.connect();
  }

  stop(): void {
    this.#stopped = true;
    this.#drop();
    clearTimeout(this.#retryTimer);
  }

  /** One timer a connection: when it ends it looks at when the last frame came, instead of one timer a frame. */
  #expectWord(withinMs: number): void {
    const framesBefore = this.#framesHeard;
    clearTimeout(this.#silenceTimer);
    this.#silenceTimer = setTimeout(() => {
      const silentMs = this.#options.now() - this.#heardAt;
      if (this.#framesHeard === framesBefore || silentMs >= SILENCE_MAX_MS) this.reconnect();
      else this.#expectWord(SILENCE_MAX_MS - silentMs);
    }, withinMs);
  }

  /** Lets go of the socket without waiting for its close, which a dead network delays for minutes. */
  #drop(): void {
    const socket = this.#socket;
    if (!socket) return;
    this.#socket = null;
    clearTimeout(this.#silenceTimer);
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  async #lost(code: number | null): Promise<void> {
    this.#drop();
    this.#options.onClose();
    this.#retryLater();
    const ended = code === CloseCode.sessionEnded;
    if (!this.#options.isSignedIn || !(ended || code === null)) return;

    // Without a session the next try would only be refused: it waits for the answer.
    if (ended) clearTimeout(this.#retryTimer);
    const signedIn = await this.#options.isSignedIn().catch(() => true);
    if (this.#stopped) return;
    if (!signedIn) {
      this.stop();
      this.#state.set({ status: "signed-out", retryAt: null });
    } else if (ended) {
      this.#retryLater();
    }
  }

  #retryLater(): void {
    const ceiling = Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 2 ** this.#failures++);
    const waitMs = ceiling * (0.5 + this.#options.random() / 2);
    this.#state.set({ status: "offline", retryAt: this.#options.now() + waitMs });
    clearTimeout(this.#retryTimer);
    this.#retryTimer = setTimeout(() => this.connect(), waitMs);
  }
}
