import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { CannotStart } from "./cannot-start";

const LAST_REQUESTS_MS = 3_000;
const KEEP_ALIVE_MS = 65_000;

/**
 * Listens at once, before anything slow: a taken port is told in the first moment. Until Adda is put
 * behind it, the server asks everybody to come back.
 */
export async function listen(port: number, host: string | undefined): Promise<Server> {
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS });
  server.on("request", askToComeBack);
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => reject(explain(error, port, host)));
    server.listen(port, host, resolve);
  });
  return server;
}

/** The port that the system chose where none was asked for. */
export function portOf(server: Server): number {
  const address = server.address();
  if (!address || typeof address === "string") throw new Error("A TCP server has a port.");
  return address.port;
}

/** Takes no new connections; resolves when all have ended, or a moment after `drained` did. */
export async function stopListening(server: Server, drained: Promise<void>): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  await drained;
  await Promise.race([closed, delay(LAST_REQUESTS_MS, undefined, { ref: false })]);
  server.closeAllConnections();
}

function askToComeBack(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(503, { "Retry-After": "1", "Content-Type": "text/plain; charset=utf-8", Connection: "close" });
  response.end("Adda is starting.");
}

function explain(error: NodeJS.ErrnoException, port: number, host: string | undefined): Error {
  switch (error.code) {
    case "EADDRINUSE":
      return new CannotStart(`Port ${port} is taken: stop what listens there, or set PORT.`);
    case "EACCES":
      return new CannotStart(`Port ${port} is not ours to take: set PORT to one above 1023.`);
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return new CannotStart(`HOST ${host} is no address of this machine.`);
    default:
      return error;
  }
}
