import type { AddressInfo } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";
import { chooseProtocol } from "@/server/realtime/upgrade";
import type { Door } from "../deployment/deployment";
import { openSocket } from "../people/line";

/** What becomes of one frame to a reader: itself, nothing, several, or something else. */
export type Tamper = (frame: string) => string[];

const honest: Tamper = (frame) => [frame];

/** Stands between a server and a reader, frame by frame, and is as honest as it is told to be. */
export class ManInTheMiddle {
  tamper: Tamper = honest;
  readonly #server: WebSocketServer;
  readonly #door: () => Door;
  readonly #upstreams = new Set<WebSocket>();

  private constructor(server: WebSocketServer, door: () => Door) {
    this.#server = server;
    this.#door = door;
    server.on("connection", (reader, request) => {
      const token = request.headers.authorization?.replace("Bearer ", "") ?? "";
      this.#relay(reader, openSocket(door().ws, token));
    });
  }

  static async start(door: () => Door): Promise<ManInTheMiddle> {
    const server = new WebSocketServer({ port: 0, host: "127.0.0.1", handleProtocols: chooseProtocol });
    await new Promise((resolve) => server.once("listening", resolve));
    return new ManInTheMiddle(server, door);
  }

  /** For sockets it is the way in; for REST it points to the server. */
  readonly door = (): Door => {
    const { port } = this.#server.address() as AddressInfo;
    // Which process is behind it is chosen later.
    return { http: this.#door().http, ws: `ws://127.0.0.1:${port}` };
  };

  beHonest(): void {
    this.tamper = honest;
  }

  async stop(): Promise<void> {
    for (const reader of this.#server.clients) reader.terminate();
    for (const upstream of this.#upstreams) upstream.terminate();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #relay(reader: WebSocket, upstream: WebSocket): void {
    this.#upstreams.add(upstream);
    const early: string[] = [];
    reader.on("message", (data) => {
      if (upstream.readyState === upstream.OPEN) upstream.send(data.toString());
      else early.push(data.toString());
    });
    upstream.on("open", () => {
      for (const frame of early) upstream.send(frame);
    });
    upstream.on("message", (data) => {
      for (const frame of this.tamper(data.toString())) reader.send(frame);
    });
    upstream.on("ping", () => reader.ping());
    for (const socket of [reader, upstream]) socket.on("error", () => {});
    reader.on("close", () => upstream.terminate());
    upstream.on("close", () => {
      this.#upstreams.delete(upstream);
      reader.terminate();
    });
  }
}
