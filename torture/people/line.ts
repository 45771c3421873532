import { WebSocket } from "ws";
import { type ClientFrame, encodeFrame, parseServerFrame, type ServerFrame, SUBPROTOCOL } from "@/protocol/frames";
import { SILENCE_MAX_MS } from "@/protocol/limits";
import type { Door } from "../deployment/deployment";
import type { Random } from "../random";

const HANDSHAKE_TIMEOUT_MS = 15_000;
const RECONNECT_MIN_MS = 50;
const RECONNECT_MAX_MS = 800;

export type LineOptions = {
  token: string;
  door(): Door;
  random: Random;
  onOpen(): void;
  onFrame(frame: ServerFrame): void;
  onClose?(): void;
};

/** One bare socket after the other, as a simple program holds them: nothing of our client's wits. */
export class Line {
  /** How often it was closed with which code. */
  readonly closes = new Map<number, number>();
  readonly #options: LineOptions;
  #socket: WebSocket | null = null;
  #process: string | undefined;
  #isWanted = false;
  #timer: NodeJS.Timeout | undefined;
  #silence: NodeJS.Timeout | undefined;

  constructor(options: LineOptions) {
    this.#options = options;
  }

  start(): void {
    this.#isWanted = true;
    this.#connect();
  }

  stop(): void {
    this.#isWanted = false;
    clearTimeout(this.#timer);
    clearTimeout(this.#silence);
    this.#socket?.terminate();
  }

  /** The one behind the door of the last connection, where that is known. */
  get process(): string | undefined {
    return this.#process;
  }

  /** Gives the socket up; the next one comes soon. */
  drop(): void {
    this.#socket?.terminate();
  }

  /** @returns false when there is no connection. */
  send(frame: ClientFrame): boolean {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(encodeFrame(frame));
    return true;
  }

  /** Reads nothing more until `resume`: the system's buffers fill, then the server's. */
  pause(): void {
    this.#socket?.pause();
    clearTimeout(this.#silence);
  }

  resume(): void {
    this.#socket?.resume();
    this.#listen();
  }

  #connect(): void {
    const { token, door, onOpen, onFrame, onClose } = this.#options;
    const { ws, process } = door();
    this.#process = process;
    const socket = openSocket(ws, token);
    this.#socket = socket;
    socket.on("open", () => {
      this.#listen();
      onOpen();
    });
    socket.on("message", (data) => {
      this.#listen();
      onFrame(parseServerFrame(data.toString()));
    });
    socket.on("ping", () => this.#listen());
    socket.on("error", () => {});
    socket.on("close", (code) => {
      this.closes.set(code, (this.closes.get(code) ?? 0) + 1);
      clearTimeout(this.#silence);
      onClose?.();
      if (!this.#isWanted) return;
      const waitMs = this.#options.random.between(RECONNECT_MIN_MS, RECONNECT_MAX_MS);
      this.#timer = setTimeout(() => this.#connect(), waitMs);
    });
  }

  /** A connection that falls silent is dead: the server says something at least every twenty seconds. */
  #listen(): void {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => this.drop(), SILENCE_MAX_MS);
  }
}

export function openSocket(url: string, token: string): WebSocket {
  return new WebSocket(url, SUBPROTOCOL, {
    headers: { authorization: `Bearer ${token}` },
    handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
    perMessageDeflate: false,
  });
}
