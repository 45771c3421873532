import { type AddressInfo, createServer, Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { TcpProxy } from "./tcp-proxy";

/** Long enough to show that bytes do not come: a loopback brings them in less than one. */
const LONG_MS = 100;

const echo = createServer((socket) => void socket.on("error", () => {}).pipe(socket));
let proxy: TcpProxy;

beforeAll(async () => {
  await new Promise<void>((resolve) => echo.listen(0, "127.0.0.1", resolve));
  proxy = await TcpProxy.start(() => (echo.address() as AddressInfo).port);
});

afterAll(async () => {
  await proxy.stop();
  await new Promise((resolve) => echo.close(resolve));
});

beforeEach(() => proxy.heal());

describe("a proxy", () => {
  it("passes all bytes both ways, however many, and the end too", async () => {
    const client = await Client.connect();
    const bytes = Buffer.alloc(3_000_000, "adda ");
    client.socket.end(bytes);
    await client.ended;
    expect(client.received.equals(bytes)).toBe(true);
  });

  it("delays bytes without changing their order", async () => {
    const client = await Client.connect();
    let ms = 80;
    proxy.suffer({ type: "delay", ms: () => (ms = Math.max(0, ms - 20)) });
    for (let n = 0; n < 8; n++) {
      client.socket.write(String(n));
      await sleep(5);
    }
    await client.has("01234567");
  });

  it("cuts one way and lets what it held back through when it heals", async () => {
    for (const direction of ["up", "down", "both"] as const) {
      proxy.heal();
      const client = await Client.connect();
      client.socket.write("before ");
      await client.has("before ");
      proxy.suffer({ type: "cut", direction });
      client.socket.write("after");
      await sleep(LONG_MS);
      expect(client.text).toBe("before ");
      proxy.heal();
      await client.has("before after");
    }
  });

  it("resets a connection after so many bytes, in the middle of what flows", async () => {
    proxy.suffer({ type: "reset", afterBytes: () => 10 });
    const client = await Client.connect();
    client.socket.write("0123456");
    await client.closed;
    expect("0123456".startsWith(client.text)).toBe(true);
  });

  it("resets those that are there and refuses those that come", async () => {
    const before = await Client.connect();
    proxy.suffer({ type: "refuse" });
    await before.closed;
    const after = await Client.connect();
    await after.closed;
    proxy.heal();
    const healed = await Client.connect();
    healed.socket.write("well");
    await healed.has("well");
  });

  it("can end a cut by resetting, so that what it held back is lost", async () => {
    const client = await Client.connect();
    proxy.suffer({ type: "cut", direction: "up" });
    client.socket.write("lost");
    proxy.heal("reset");
    await client.closed;
    expect(client.text).toBe("");
  });
});

class Client {
  readonly socket = new Socket();
  readonly ended = new Promise<void>((resolve) => this.socket.once("end", resolve));
  readonly closed = new Promise<void>((resolve) => this.socket.once("close", () => resolve()));
  readonly #chunks: Buffer[] = [];
  #wake: () => void = () => {};

  static async connect(): Promise<Client> {
    const client = new Client();
    client.socket.on("error", () => {});
    client.socket.on("data", (chunk) => {
      client.#chunks.push(chunk);
      client.#wake();
    });
    const connected = new Promise<void>((resolve) => client.socket.connect(proxy.port, "127.0.0.1", resolve));
    await Promise.race([connected, client.closed]);
    return client;
  }

  get received(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  get text(): string {
    return this.received.toString();
  }

  async has(text: string): Promise<void> {
    while (this.text.length < text.length) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    expect(this.text).toBe(text);
  }
}
