import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { WebSocket, WebSocketServer } from "ws";
import { SUBPROTOCOL } from "@/protocol/frames";
import { findViewerBySession, findViewerByToken, type SessionProof } from "@/server/domain/sessions";
import { log } from "@/server/log";
import { logOncePer } from "@/server/log-once-per";
import { metrics } from "@/server/metrics";

const HOUR_MS = 60 * 60_000;

export type UpgradeOptions = {
  server: WebSocketServer;
  allowedOrigins: readonly string[];
  /** False while the server drains. */
  isAccepting(): boolean;
  /** @returns how many milliseconds this address must wait; 0 when it may come in. */
  admit(address: string): number;
  addressOf(request: IncomingMessage): string;
  accept(socket: WebSocket, proof: SessionProof): void;
};

type Refusal = { status: string; reason: string; headers?: string[] };

const RESTARTING: Refusal = {
  status: "503 Service Unavailable",
  reason: "The server is restarting.",
  headers: ["Retry-After: 1"],
};

/** A request becomes a socket when nothing speaks against it. Each reason to refuse comes before the 101. */
export function upgradeHandler(options: UpgradeOptions) {
  return async (request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> => {
    // Until ws takes the socket over, its errors are ours: a peer that goes away must not end the process.
    const onError = () => socket.destroy();
    socket.on("error", onError);
    try {
      const outcome = await judge(request, options);
      // Asked again: a drain that began meanwhile has already told everybody to go elsewhere.
      if (!options.isAccepting()) return refuse(socket, RESTARTING);
      if ("status" in outcome) return refuse(socket, outcome);
      socket.off("error", onError);
      options.server.handleUpgrade(request, socket, head, (webSocket) => options.accept(webSocket, outcome));
    } catch (error) {
      log.error({ err: error }, "An upgrade failed.");
      refuse(socket, { status: "503 Service Unavailable", reason: "The server cannot check who you are. Try again." });
    }
  };
}

async function judge(request: IncomingMessage, options: UpgradeOptions): Promise<Refusal | SessionProof> {
  if (!options.isAccepting()) return RESTARTING;
  const waitMs = options.admit(options.addressOf(request));
  if (waitMs > 0) {
    const headers = [`Retry-After: ${Math.ceil(waitMs / 1_000)}`];
    return { status: "429 Too Many Requests", reason: "Too many connections from this address.", headers };
  }
  if (!offersOurProtocol(request)) {
    return { status: "400 Bad Request", reason: `The subprotocol is ${SUBPROTOCOL}, or none.` };
  }
  const { authorization, cookie, origin } = request.headers;
  if (authorization !== undefined) {
    const token = /^Bearer (\S+)$/i.exec(authorization)?.[1];
    return (token && (await findViewerByToken(token))) || unauthorized("The token is not valid.");
  }
  // A browser sends the cookie whoever's page asks; only Origin tells our pages from others.
  const isOwn = request.headers["x-adda-own-origin"] === "true";
  if (!isOwn && !(origin && options.allowedOrigins.includes(origin))) {
    logOncePer(
      HOUR_MS,
      "origin",
      "warn",
      { origin, host: request.headers.host },
      "A page's socket was refused for its Origin. Set PUBLIC_URL to the address that people open, or add it to ALLOWED_ORIGINS.",
    );
    return { status: "403 Forbidden", reason: "This Origin may not connect. Set PUBLIC_URL or ALLOWED_ORIGINS." };
  }
  return (await findViewerBySession(cookie)) ?? unauthorized("Sign in first, or send Authorization: Bearer.");
}

/** Picks the subprotocol for ws: ours when it was offered, else none. */
export function chooseProtocol(offered: Set<string>): string | false {
  return offered.has(SUBPROTOCOL) && SUBPROTOCOL;
}

function offersOurProtocol(request: IncomingMessage): boolean {
  const offered = request.headers["sec-websocket-protocol"];
  return offered === undefined || offered.split(",").some((name) => name.trim() === SUBPROTOCOL);
}

function unauthorized(reason: string): Refusal {
  return { status: "401 Unauthorized", reason, headers: ['WWW-Authenticate: Bearer realm="Adda"'] };
}

function refuse(socket: Duplex, { status, reason, headers = [] }: Refusal): void {
  metrics().refusedUpgrades.inc({ status: status.slice(0, 3) });
  if (!socket.writable) return void socket.destroy();
  const head = [
    "Connection: close",
    "Content-Type: text/plain; charset=utf-8",
    `Content-Length: ${Buffer.byteLength(reason)}`,
  ];
  socket.end(`HTTP/1.1 ${status}\r\n${[...head, ...headers].join("\r\n")}\r\n\r\n${reason}`);
  socket.once("finish", () => socket.destroy());
}
