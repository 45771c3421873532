import { type AddressInfo, createServer, type Server, Socket } from "node:net";

/** What a network does to its connections, those that there are and those that come. */
export type Trouble =
  /** Nobody is there: every connection is reset. */
  | { type: "refuse" }
  /** Each connection is reset in the middle of what flows, after so many bytes. */
  | { type: "reset"; afterBytes: () => number }
  /** Bytes arrive later, in their order. */
  | { type: "delay"; ms: () => number }
  /** Bytes of this direction stay where they are: "up" is towards the server. The other side never learns why. */
  | { type: "cut"; direction: Direction | "both" };

type Direction = "up" | "down";

/** What becomes of the bytes that one connection's server says; made for each connection. */
type Tamper = () => (bytes: Buffer) => Buffer;

const HONEST: Tamper = () => (bytes) => bytes;

/** Stands between a client and a server and treats their connections badly when told to. */
export class TcpProxy {
  readonly #server: Server;
  readonly #links = new Set<Link>();
  #trouble: Trouble | null = null;

  private constructor(targetPort: () => number, tamper: Tamper) {
    this.#server = createServer({ allowHalfOpen: true }, (client) => {
      if (this.#trouble?.type === "refuse") return void client.resetAndDestroy();
      const link = new Link(client, targetPort(), tamper(), () => this.#links.delete(link));
      this.#links.add(link);
      link.suffer(this.#trouble);
    });
  }

  static async start(targetPort: () => number, tamper = HONEST): Promise<TcpProxy> {
    const proxy = new TcpProxy(targetPort, tamper);
    await new Promise<void>((resolve) => proxy.#server.listen(0, "127.0.0.1", resolve));
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Every connection suffers it from now on, until `heal`. A later trouble takes the place of an earlier one. */
  suffer(trouble: Trouble): void {
    this.#trouble = trouble;
    for (const link of this.#links) link.suffer(trouble);
  }

  /** All flows again: what was held back arrives, unless the connections are reset. */
  heal(outcome: "go on" | "reset" = "go on"): void {
    this.#trouble = null;
    for (const link of this.#links) {
      if (outcome === "reset") link.reset();
      else link.suffer(null);
    }
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const link of this.#links) link.reset();
    await closed;
  }
}

/** One connection: two sockets and what flows between them. */
class Link {
  readonly #client: Socket;
  readonly #server: Socket;
  readonly #up: Pipe;
  readonly #down: Pipe;
  readonly #onEnd: () => void;
  #bytesLeft = Number.POSITIVE_INFINITY;

  constructor(client: Socket, port: number, tamper: (bytes: Buffer) => Buffer, onEnd: () => void) {
    this.#client = client;
    this.#server = new Socket({ allowHalfOpen: true }).connect(port, "127.0.0.1");
    this.#onEnd = onEnd;
    const take = (bytes: number) => this.#take(bytes);
    this.#up = new Pipe(client, this.#server, HONEST(), take);
    this.#down = new Pipe(this.#server, client, tamper, take);
    for (const socket of [client, this.#server]) {
      socket.setNoDelay(true);
      socket.on("error", () => this.reset());
    }
    let open = 2;
    const onClose = () => {
      if (--open === 0) onEnd();
    };
    client.once("close", onClose);
    this.#server.once("close", onClose);
  }

  suffer(trouble: Trouble | null): void {
    if (trouble?.type === "refuse") return this.reset();
    this.#bytesLeft = trouble?.type === "reset" ? trouble.afterBytes() : Number.POSITIVE_INFINITY;
    const delay = trouble?.type === "delay" ? trouble.ms : () => 0;
    for (const [direction, pipe] of [["up", this.#up] as const, ["down", this.#down] as const]) {
      pipe.delay(delay);
      pipe.cut(trouble?.type === "cut" && (trouble.direction === direction || trouble.direction === "both"));
    }
  }

  reset(): void {
    this.#up.stop();
    this.#down.stop();
    this.#client.resetAndDestroy();
    this.#server.resetAndDestroy();
    this.#onEnd();
  }

  /** @returns how many of these bytes may still pass; after the last one the connection is no more. */
  #take(bytes: number): number {
    const allowed = Math.min(bytes, this.#bytesLeft);
    this.#bytesLeft -= allowed;
    if (this.#bytesLeft <= 0) setImmediate(() => this.reset());
    return allowed;
  }
}

type Held = { bytes: Buffer | null; dueAt: number };

/** One direction of a connection. `null` among what is held stands for the end of the stream. */
class Pipe {
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #held: Held[] = [];
  #delay: () => number = () => 0;
  #timer: NodeJS.Timeout | undefined;
  #isCut = false;
  #isFull = false;

  constructor(from: Socket, to: Socket, tamper: (bytes: Buffer) => Buffer, take: (bytes: number) => number) {
    this.#from = from;
    this.#to = to;
    from.on("data", (raw) => {
      const bytes = tamper(raw);
      this.#hold(bytes.subarray(0, take(bytes.length)));
    });
    from.on("end", () => this.#hold(null));
    to.on("drain", () => {
      this.#isFull = false;
      this.#flow();
    });
  }

  delay(delay: () => number): void {
    this.#delay = delay;
  }

  cut(isCut: boolean): void {
    this.#isCut = isCut;
    this.#flow();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#held.length = 0;
  }

  #hold(bytes: Buffer | null): void {
    const earliest = this.#held.at(-1)?.dueAt ?? 0;
    this.#held.push({ bytes, dueAt: Math.max(earliest, performance.now() + this.#delay()) });
    this.#release();
  }

  #release(): void {
    clearTimeout(this.#timer);
    while (this.#held[0] && !this.#isCut) {
      const waitMs = this.#held[0].dueAt - performance.now();
      if (waitMs > 0) {
        this.#timer = setTimeout(() => this.#release(), waitMs);
        return;
      }
      this.#pass(this.#held.shift()?.bytes ?? null);
    }
  }

  #pass(bytes: Buffer | null): void {
    if (bytes === null) this.#to.end();
    else if (!this.#to.destroyed && !this.#to.write(bytes)) {
      this.#isFull = true;
      this.#flow();
    }
  }

  #flow(): void {
    if (this.#isCut || this.#isFull) this.#from.pause();
    else this.#from.resume();
    this.#release();
  }
}
