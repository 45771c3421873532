import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll } from "vitest";
import { WebSocket } from "ws";
import type { Room, ServerFrame } from "@/protocol/frames";
import { config } from "@/server/config";
import { createRoom } from "@/server/domain/rooms";
import { createToken } from "@/server/domain/tokens";
import { signUp } from "@/server/domain/users";
import type { Viewer } from "@/server/domain/viewer";
import { createRealtime, type Realtime, type RealtimeOptions } from "@/server/realtime/realtime";
import { shared } from "@/server/shared";
import { useTestDomain } from "./domain";

export const ORIGIN = "http://localhost:3000";
const PATIENCE_MS = 5_000;

type Person = Viewer & { token: string };

type TestServer = { url: string; realtime: Realtime; stop(): Promise<void> };

/** A real `/ws` on a free port, over the domain of `useTestDomain`. Call it once, at the top of the file. */
export function useTestRealtime(options: Partial<RealtimeOptions> = {}, environment?: Record<string, string>) {
  useTestDomain({ SIGN_UPS_PER_ADDRESS_PER_HOUR: "10000", ...environment });
  const clients: TestSocket[] = [];
  const servers: TestServer[] = [];
  let main: TestServer;
  let people = 0;

  beforeAll(async () => {
    main = await serve();
  });

  afterAll(async () => {
    for (const client of clients) client.close();
    await Promise.all(servers.map((server) => server.stop()));
  });

  /** One more server over the same domain, with other limits. */
  async function serve(limits: Partial<RealtimeOptions> = {}): Promise<TestServer> {
    const server = await startRealtime({ ...options, ...limits });
    servers.push(server);
    return server;
  }

  return {
    url: () => main.url,
    realtime: () => main.realtime,
    serve,
    /** Somebody new, with a token. */
    async person(name: string): Promise<Person> {
      const email = `${name.toLowerCase()}-${people++}@example.org`;
      const address = "127.0.0.1";
      const viewer = await signUp({ name, email, password: "a long password", address, isOnThisMachine: true });
      return { ...viewer, token: (await createToken(viewer, { name: "test" })).token };
    },
    async connect(who: { token: string }, url = main.url): Promise<TestSocket> {
      const client = await TestSocket.open(url, { authorization: `Bearer ${who.token}` });
      clients.push(client);
      return client;
    },
    room: (owner: Viewer, name: string, kind: Room["kind"] = "open") => createRoom(owner, { name, kind }),
  };
}

async function startRealtime(options: Partial<RealtimeOptions>): Promise<TestServer> {
  const realtime = createRealtime({
    ...config(),
    backplane: shared().backplane,
    addressOf: (request) => request.socket.remoteAddress ?? "",
    allowedOrigins: [ORIGIN],
    ...options,
  });
  const server = createServer();
  server.on("upgrade", realtime.handleUpgrade);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/ws`,
    realtime,
    async stop() {
      await realtime.stop();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export type UpgradeHeaders = Record<string, string | string[]>;

/** Why there is no socket: what the server answered instead of 101. */
export class RefusedUpgrade extends Error {
  constructor(
    readonly status: number,
    readonly headers: IncomingHttpHeaders,
  ) {
    super(`refused with ${status}`);
  }
}

/** A client without wits of its own: it keeps every frame until a test asks for it, so that no test races. */
export class TestSocket {
  readonly frames: ServerFrame[] = [];
  readonly socket: WebSocket;
  closed: { code: number; reason: string } | undefined;
  #taken = 0;
  #wake: () => void = () => {};

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on("message", (data) => {
      this.frames.push(JSON.parse(String(data)) as ServerFrame);
      this.#wake();
    });
    socket.on("close", (code, reason) => {
      this.closed = { code, reason: String(reason) };
      this.#wake();
    });
  }

  /** @throws RefusedUpgrade when the server does not let it in. */
  static open(url: string, headers: UpgradeHeaders, protocols: string[] = []): Promise<TestSocket> {
    const socket = new WebSocket(url, protocols, { headers: headers as Record<string, string> });
    const client = new TestSocket(socket);
    return new Promise((resolve, reject) => {
      socket.once("open", () => resolve(client));
      socket.once("unexpected-response", (_, response) => {
        response.resume();
        reject(new RefusedUpgrade(response.statusCode ?? 0, response.headers));
      });
      socket.once("error", reject);
    });
  }

  send(frame: unknown): void {
    this.socket.send(typeof frame === "string" ? frame : JSON.stringify(frame));
  }

  /** The next frame of this type that no call has taken yet; those before it are passed over. */
  async next<Type extends ServerFrame["type"]>(type: Type): Promise<Extract<ServerFrame, { type: Type }>> {
    const found = await this.#eventually(() => {
      const index = this.frames.findIndex((frame, at) => at >= this.#taken && frame.type === type);
      if (index === -1) return undefined;
      this.#taken = index + 1;
      return this.frames[index];
    }, `a frame of type ${type}`);
    return found as Extract<ServerFrame, { type: Type }>;
  }

  /** The next frame, which must be of one of these types; others of the `passing` types may come before it. */
  async nextOf(types: readonly ServerFrame["type"][], passing: ReadonlySet<string>): Promise<ServerFrame> {
    const frame = await this.#eventually(
      () => {
        const index = this.frames.findIndex(
          ({ type }, at) => at >= this.#taken && (types.includes(type) || !passing.has(type)),
        );
        if (index === -1) return undefined;
        this.#taken = index + 1;
        return this.frames[index];
      },
      `a frame of type ${types.join(" or ")}`,
    );
    if (!types.includes(frame.type)) throw new Error(`Expected ${types.join(" or ")}, came ${JSON.stringify(frame)}`);
    return frame;
  }

  async join(roomId: string, since?: number) {
    this.send({ type: "join", payload: { roomId, since } });
    return (await this.next("joined")).payload;
  }

  /** Sends a message and waits for its echo. */
  async say(message: string, extra: { roomId?: string; clientId?: string } = {}) {
    this.send({ type: "chat", payload: { message, ...extra } });
    return (await this.next("chat")).payload;
  }

  async untilClosed(): Promise<{ code: number; reason: string }> {
    return this.#eventually(() => this.closed, "the close");
  }

  async untilFrames(count: number, type: ServerFrame["type"]): Promise<ServerFrame[]> {
    return this.#eventually(() => {
      const found = this.frames.filter((frame) => frame.type === type);
      return found.length >= count ? found : undefined;
    }, `${count} frames of type ${type}`);
  }

  close(): void {
    this.socket.terminate();
  }

  async #eventually<Value>(look: () => Value | undefined, what: string): Promise<Value> {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      const value = look();
      if (value !== undefined) return value;
      const left = deadline - Date.now();
      if (left <= 0)
        throw new Error(`${what} did not come; came: ${JSON.stringify(this.frames.slice(-5)).slice(0, 2_000)}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }
}
