import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

const KB = 1_024;
const DRIP_EVERY_MS = 200;

/** Pages that mean harm to a program that reads them. */
const PAGES: Record<string, string> = {
  // Closed at once: a client once failed outside any handler.
  "/attributes": `<html ${Array.from({ length: 20_000 }, (_, n) => `a${n}=1`).join(" ")}`,
  "/nested": "<div>".repeat(50 * KB),
  "/titles": `<title>${"a\u0301".repeat(60 * KB)}`,
  "/metas": `<meta property="og:title" content="x">`.repeat(5 * KB),
  "/entities": `<title>${"&amp;".repeat(50 * KB)}</title>`,
};

/** A web server of somebody who means harm: heavy pages, pages that never end, pages that lead to themselves. */
export class HostileSite {
  static readonly paths = [...Object.keys(PAGES), "/drip", "/loop", "/picture"];
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(picture: Buffer): Promise<HostileSite> {
    const server = createServer((request, response) => {
      const path = request.url?.split("?")[0] ?? "";
      if (path === "/picture.jpg") return void response.writeHead(200, { "content-type": "image/jpeg" }).end(picture);
      if (path === "/loop") return void response.writeHead(302, { location: "/loop" }).end();
      response.writeHead(200, { "content-type": "text/html" });
      if (path === "/picture")
        return void response.end(`<title>A</title><meta property="og:image" content="/picture.jpg">`);
      if (path !== "/drip") return void response.end(PAGES[path] ?? "<title>?</title>");
      const timer = setInterval(() => response.write("<p>"), DRIP_EVERY_MS);
      response.on("close", () => clearInterval(timer));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new HostileSite(server);
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
