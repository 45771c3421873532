import { randomBytes } from "node:crypto";
import { connect, type Socket } from "node:net";

/** Time in which what a test waits for must come. */
const PATIENCE_MS = 5_000;

/** A frame as it was on the wire. */
export type RawFrame = { opcode: number; payload: Buffer };

type FrameOptions = {
  fin?: boolean;
  rsv?: number;
  mask?: Buffer | null;
  /** How the length is written: with the fewest bytes, or with these. */
  lengthBytes?: 0 | 2 | 8;
  /** What the length field says, when that is not the truth. */
  claims?: number | bigint;
};

/**
 * A WebSocket client that is nothing but TCP: it can say what no library would, and believes nothing that
 * it hears. Every byte of the server is parsed strictly; what breaks RFC 6455 fails the test.
 */
export class RawSocket {
  readonly frames: RawFrame[] = [];
  readonly tcp: Socket;
  /** The status line and headers of the answer to the handshake. */
  head = "";
  isEnded = false;
  /** What the server did that RFC 6455 forbids. */
  violation: Error | undefined;
  #unread = Buffer.alloc(0);
  #wake: () => void = () => {};

  private constructor(tcp: Socket) {
    this.tcp = tcp;
    tcp.on("data", (data) => this.#read(data));
    tcp.on("error", () => {});
    tcp.on("close", () => {
      this.isEnded = true;
      this.#wake();
    });
  }

  /** Connects and shakes hands; resolves with the answer, whatever it is. `early` goes with the request. */
  static async open(
    url: string,
    headers: Record<string, string>,
    early: Uint8Array = Buffer.alloc(0),
  ): Promise<RawSocket> {
    const { hostname, port, pathname } = new URL(url);
    const tcp = connect(Number(port), hostname);
    const socket = new RawSocket(tcp);
    await new Promise((resolve, reject) => tcp.once("connect", resolve).once("error", reject));
    const asked = {
      Host: `${hostname}:${port}`,
      Connection: "Upgrade",
      Upgrade: "websocket",
      "Sec-WebSocket-Version": "13",
      "Sec-WebSocket-Key": randomBytes(16).toString("base64"),
      ...headers,
    };
    const lines = Object.entries(asked).map(([name, value]) => `${name}: ${value}`);
    tcp.write(Buffer.concat([Buffer.from([`GET ${pathname} HTTP/1.1`, ...lines, "\r\n"].join("\r\n")), early]));
    await socket.until(() => (socket.head ? true : undefined), "an answer to the handshake");
    return socket;
  }

  get status(): number {
    return Number(this.head.split(" ", 2)[1]);
  }

  write(bytes: Buffer): void {
    if (!this.tcp.destroyed) this.tcp.write(bytes);
  }

  send(opcode: number, payload: Buffer | string, options: FrameOptions = {}): void {
    this.write(frameOf(opcode, payload, options));
  }

  sendText(text: string): void {
    this.send(1, text);
  }

  /** The text frames so far, as JSON. */
  get texts(): { type: string; payload: Record<string, unknown> }[] {
    return this.frames.filter(({ opcode }) => opcode === 1).map(({ payload }) => JSON.parse(payload.toString()));
  }

  /** The code of the server's close frame; null for one without. */
  async untilClose(): Promise<number | null> {
    const close = await this.until(() => this.frames.find(({ opcode }) => opcode === 8), "a close frame");
    return close.payload.length === 0 ? null : close.payload.readUInt16BE(0);
  }

  untilEnded(): Promise<true> {
    return this.until(() => this.isEnded || undefined, "the end of the connection");
  }

  async until<Value>(look: () => Value | undefined, what: string): Promise<Value> {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      if (this.violation) throw this.violation;
      const value = look();
      if (value !== undefined) return value;
      if (Date.now() >= deadline) throw new Error(`${what} did not come; came: ${this.frames.length} frames`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, deadline - Date.now());
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  destroy(): void {
    this.tcp.destroy();
  }

  #read(data: Buffer): void {
    this.#unread = Buffer.concat([this.#unread, data]);
    try {
      if (!this.head) this.#readHead();
      if (this.head.startsWith("HTTP/1.1 101")) while (this.#readFrame());
    } catch (error) {
      this.violation = error as Error;
    }
    this.#wake();
  }

  #readHead(): void {
    const end = this.#unread.indexOf("\r\n\r\n");
    if (end === -1) return;
    this.head = this.#unread.subarray(0, end).toString();
    this.#unread = this.#unread.subarray(end + 4);
  }

  #readFrame(): boolean {
    const bytes = this.#unread;
    if (bytes.length < 2) return false;
    const [first = 0, second = 0] = bytes;
    const opcode = first & 0x0f;
    const short = second & 0x7f;
    if ((first & 0x80) === 0) throw new Error("A frame of the server is not whole.");
    if ((first & 0x70) !== 0) throw new Error("A frame of the server has a reserved bit.");
    if ((second & 0x80) !== 0) throw new Error("A frame of the server is masked.");
    if (![1, 8, 9, 10].includes(opcode)) throw new Error(`A frame of the server has opcode ${opcode}.`);
    if (opcode >= 8 && short > 125) throw new Error("A control frame of the server is too long.");

    const start = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (bytes.length < start) return false;
    const length = short < 126 ? short : short === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
    if ((short === 126 && length < 126) || (short === 127 && length < 65_536)) {
      throw new Error("A frame of the server writes its length with more bytes than it needs.");
    }
    if (bytes.length < start + length) return false;
    const payload = bytes.subarray(start, start + length);
    if (opcode === 1) new TextDecoder("utf-8", { fatal: true }).decode(payload);
    if (this.frames.some((frame) => frame.opcode === 8)) throw new Error("The server speaks after its close frame.");
    this.frames.push({ opcode, payload });
    this.#unread = bytes.subarray(start + length);
    return true;
  }
}

/** The bytes of one client frame, as wrong as is asked for. */
export function frameOf(opcode: number, payload: Buffer | string, options: FrameOptions = {}): Buffer {
  const { fin = true, rsv = 0, mask = randomBytes(4), lengthBytes, claims } = options;
  const body = Buffer.from(payload);
  const length = BigInt(claims ?? body.length);
  const bytes = lengthBytes ?? (length < 126n ? 0 : length < 65_536n ? 2 : 8);
  const head = Buffer.alloc(2 + bytes);
  head[0] = (fin ? 0x80 : 0) | (rsv << 4) | opcode;
  head[1] = (mask ? 0x80 : 0) | (bytes === 0 ? Number(length) : bytes === 2 ? 126 : 127);
  if (bytes === 2) head.writeUInt16BE(Number(length), 2);
  if (bytes === 8) head.writeBigUInt64BE(length, 2);
  if (!mask) return Buffer.concat([head, body]);
  const masked = Buffer.from(body.map((byte, index) => byte ^ (mask[index % 4] ?? 0)));
  return Buffer.concat([head, mask, masked]);
}
