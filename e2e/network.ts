import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from "node:http";
import { type AddressInfo, connect } from "node:net";
import type { Duplex } from "node:stream";
import type { Page } from "@playwright/test";

/** One person's way to the server, which a test can cut and mend: real connections really break. */
export type Network = {
  /** For the browser context's `proxy`. */
  proxy: { server: string };
  /** Breaks every connection and lets no new one through. */
  cut(): void;
  /** The same for WebSockets alone: pages still load. */
  cutSockets(): void;
  /** Lets so many parts of files through, and keeps those after them on the way until `mend`. */
  holdParts(after: number): void;
  mend(): void;
  close(): Promise<void>;
};

export async function openNetwork(): Promise<Network> {
  const requests = new Set<Duplex>();
  const tunnels = new Set<Duplex>();
  let lets: "all" | "pages" | "nothing" = "all";
  let partsLeft = Number.POSITIVE_INFINITY;
  const held: (() => void)[] = [];

  const server = createServer(forward);
  server.on("connection", (socket) => keep(requests, socket));
  server.on("connect", tunnel);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));

  return {
    proxy: { server: `http://127.0.0.1:${(server.address() as AddressInfo).port}` },
    cut() {
      lets = "nothing";
      for (const socket of [...requests, ...tunnels]) socket.destroy();
    },
    cutSockets() {
      lets = "pages";
      for (const socket of tunnels) socket.destroy();
    },
    holdParts(after) {
      partsLeft = after;
    },
    mend() {
      lets = "all";
      partsLeft = Number.POSITIVE_INFINITY;
      for (const release of held.splice(0)) release();
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of [...requests, ...tunnels]) socket.destroy();
      }),
  };

  /** Pages and REST: the browser names the whole address. */
  function forward(request: IncomingMessage, response: ServerResponse): void {
    if (lets === "nothing") return void request.socket.destroy();
    const { method, headers, url = "" } = request;
    const isPart = method === "PUT" && new URL(url).pathname.startsWith("/uploads/");
    if (isPart && partsLeft-- <= 0) return void held.push(() => request.destroyed || forward(request, response));
    const outgoing = httpRequest(url, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
      answer.pipe(response);
      answer.on("error", () => response.destroy());
    });
    // A dead server looks dead: no answer of ours takes its place.
    outgoing.on("error", () => request.socket.destroy());
    response.on("close", () => outgoing.destroy());
    request.pipe(outgoing);
  }

  /** WebSockets: the browser asks for a tunnel. */
  function tunnel({ url = "" }: IncomingMessage, client: Duplex, head: Buffer): void {
    if (lets !== "all") return void client.destroy();
    const [host, port] = url.split(/:(?=\d+$)/);
    const upstream = connect(Number(port), host);
    keep(tunnels, client);
    keep(tunnels, upstream);
    upstream.once("connect", () => {
      client.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      upstream.write(head);
      upstream.pipe(client).pipe(upstream);
    });
    upstream.on("close", () => client.destroy());
    client.on("close", () => upstream.destroy());
  }
}

/** The way is free again, and the device tells its pages. */
export async function comeBack(page: Page & { network: Network }): Promise<void> {
  page.network.mend();
  for (const tab of page.context().pages()) await tab.evaluate(() => dispatchEvent(new Event("online")));
}

function keep(sockets: Set<Duplex>, socket: Duplex): void {
  sockets.add(socket);
  socket.on("error", () => socket.destroy());
  socket.on("close", () => sockets.delete(socket));
}
