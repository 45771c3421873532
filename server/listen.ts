import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { Server as TcpServer } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { ERROR_STATUS, type ErrorPayload } from "@/protocol/errors";
import { CannotStart } from "./cannot-start";

/** Longer than a proxy keeps an idle connection to us (deploy/nginx.conf: 2 s): then the proxy closes it, and not we. */
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

/**
 * Takes no new connections; resolves when all have ended, or a moment after `drained` did.
 *
 * Idle connections stay open meanwhile, and each answer asks its client to close. A proxy may send a request at the
 * moment in which we close its idle connection: it cannot know whether a POST was done, so it answers 502.
 */
export async function stopListening(server: Server, drained: Promise<void>): Promise<void> {
  server.prependListener("request", askToClose);
  // `server.close()` of node:http would close idle connections as well.
  const closed = new Promise<void>((resolve) => TcpServer.prototype.close.call(server, () => resolve()));
  await Promise.race([closed, Promise.all([drained, delay(LAST_REQUESTS_MS, undefined, { ref: false })])]);
  await drained;
  server.closeAllConnections();
}

function askToClose(_request: IncomingMessage, response: ServerResponse): void {
  response.setHeader("Connection", "close");
}

function askToComeBack(_request: IncomingMessage, response: ServerResponse): void {
  const error: ErrorPayload = {
    code: "overloaded",
    message: "Adda is starting. Try again in a second.",
    retryAfterMs: 1_000,
  };
  const headers = {
    "Retry-After": "1",
    "Content-Type": "application/json",
    "Cache-Control": "no-store",
    Connection: "close",
  };
  response.writeHead(ERROR_STATUS.overloaded, headers);
  response.end(JSON.stringify({ error }));
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
