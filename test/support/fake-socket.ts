import type { WebSocketLike } from "@/client/connection";
import type { ClientFrame, ServerFrame } from "@/protocol/frames";

/** A socket whose other end is the test. */
export class FakeSocket implements WebSocketLike {
  onopen: ((event: never) => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  onerror: ((event: never) => void) | null = null;
  /** What the client sent and no call has taken yet. */
  sent: ClientFrame[] = [];
  isClosed = false;
  /** Told of every frame that the client sends. */
  onSent: (frame: ClientFrame) => void = () => {};

  constructor(
    readonly url: string,
    readonly protocol: string,
  ) {}

  send(data: string): void {
    if (this.isClosed) return;
    const frame = JSON.parse(data) as ClientFrame;
    this.sent.push(frame);
    this.onSent(frame);
  }

  close(): void {
    this.isClosed = true;
  }

  /** The server accepts. */
  open(): this {
    this.onopen?.(undefined as never);
    return this;
  }

  /** The server says something. */
  say(frame: ServerFrame | { type: string; payload?: unknown }): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }

  /** The connection ends from the other side. */
  end(code = 1006): void {
    this.isClosed = true;
    this.onclose?.({ code });
  }

  /** Everything of this type that was sent and not taken yet. */
  take<Type extends ClientFrame["type"]>(type: Type): Extract<ClientFrame, { type: Type }>[] {
    const taken = this.sent.filter((frame) => frame.type === type);
    this.sent = this.sent.filter((frame) => frame.type !== type);
    return taken as Extract<ClientFrame, { type: Type }>[];
  }
}

/** Every socket that a client opened, the newest last. */
export class FakeNetwork {
  readonly sockets: FakeSocket[] = [];

  readonly socket = (url: string, protocol: string): FakeSocket => {
    const socket = new FakeSocket(url, protocol);
    this.sockets.push(socket);
    return socket;
  };

  get newest(): FakeSocket {
    const newest = this.sockets.at(-1);
    if (!newest) throw new Error("The client has opened no socket.");
    return newest;
  }
}
