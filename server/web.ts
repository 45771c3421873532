import { randomUUID } from "node:crypto";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { ERROR_STATUS, type ErrorPayload } from "@/protocol/errors";
import { addressOf } from "./address";
import type { Config } from "./config";
import { resealSession } from "./domain/session-cookie";
import { answerForm } from "./forms";
import { log } from "./log";
import { logOncePer } from "./log-once-per";
import { answerMetrics, METRICS_PATH } from "./metrics-endpoint";
import { OwnHosts } from "./own-hosts";
import { isPage, openPageGate, refuse } from "./page-gate";
import type { Pages } from "./pages";
import { logRequest } from "./request-log";
import { isRouterStateReadable } from "./router-state";
import { isForThisMachine } from "./same-machine";
import { contentSecurityPolicy, makeNonce, securityHeaders } from "./security-headers";
import { sendToPublicUrl } from "./sent-on";
import type { Transfer } from "./transfer/transfer";

const SOCKET_PATH = "/ws";
const PROBES = new Set([METRICS_PATH, "/api/health", "/api/ready"]);
const HARMLESS = new Set(["GET", "HEAD", "OPTIONS"]);
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const UNREADABLE_STATE: ErrorPayload = { code: "malformed", message: "Next-Router-State-Tree cannot be read." };

export type Upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

type Options = {
  config: Config;
  pages: Pages;
  transfer: Pick<Transfer, "handle"> & { storage: Pick<Transfer["storage"], "uploadOrigin"> };
  handleUpgrade: Upgrade;
  isDevelopment: boolean;
};

/**
 * Puts Adda behind a server that listens already: pages and REST by Next, the socket by the realtime part, the bytes
 * of files by the transfer.
 */
export function serve(server: Server, options: Options): void {
  const { config, pages, transfer, handleUpgrade, isDevelopment } = options;
  const isSecure = config.publicUrl.startsWith("https:");
  // We speak HTTP alone: with https, a proxy stands before us.
  const isProxied = config.trustProxy !== false || isSecure;
  const headers = Object.entries(securityHeaders({ isSecure }));
  const hosts = new OwnHosts(config);
  const socketOriginOf = (request: IncomingMessage) =>
    config.hasPublicUrl ? config.publicUrl.replace(/^http/, "ws") : `ws://${request.headers.host ?? "localhost"}`;
  const { uploadOrigin } = transfer.storage;
  const mayPass = openPageGate(config);

  server.removeAllListeners("request");
  server.on("request", (request, response) => {
    for (const [name, value] of headers) response.setHeader(name, value);
    if (!mayAsk(request, hosts)) return refuseHost(request, response);
    if (sendToPublicUrl(request, response, { config, hosts })) return;
    const socketOrigin = socketOriginOf(request);
    const policy = contentSecurityPolicy({ nonce: makeNonce(), socketOrigin, uploadOrigin, isSecure, isDevelopment });
    if (pathOf(request) === METRICS_PATH) {
      return void answerMetrics(request, response, { token: config.metricsToken, isProxied });
    }
    response.setHeader("Content-Security-Policy", policy);

    const requestId = describeRequest(request, config, hosts);
    // Next takes the nonce for its own scripts from the request.
    request.headers["content-security-policy"] = policy;
    response.setHeader("X-Request-Id", requestId);
    logRequest(request, response, requestId, withoutSecrets(pathOf(request)));
    if (!isPercentEncoded(pathOf(request))) return refuseMalformedPath(response);
    if (pathOf(request) === SOCKET_PATH) return refuseWithoutUpgrade(request, response);
    if (comesFromElsewhere(request)) return refuseOrigin(response);
    if (transfer.handle(request, response, pathOf(request))) return;
    answerByNext(request, response).catch((error) => {
      log.error({ err: error, requestId }, "A request failed.");
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });

  async function answerByNext(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!(await mayPass(request, response, pathOf(request)))) return;
    if (!isRouterStateReadable(request.headers)) return refuse(request, response, UNREADABLE_STATE);
    const resealed = await resealSession(request.headers.cookie);
    if (resealed) response.appendHeader("Set-Cookie", resealed);
    if (request.method === "POST" && isPage(pathOf(request))) await answerForm(request, response, pages);
    else await pages.handle(request, response);
  }

  server.on("upgrade", (request, socket, head) => {
    if (pathOf(request) === SOCKET_PATH) {
      if (!mayAsk(request, hosts))
        return void socket.end("HTTP/1.1 421 Misdirected Request\r\nConnection: close\r\n\r\n");
      describeRequest(request, config, hosts);
      return handleUpgrade(request, socket, head);
    }
    if (pages.handleUpgrade) return pages.handleUpgrade(request, socket, head);
    socket.destroy();
  });
}

/**
 * Tells the app what it cannot see or must not take from a client: who asks, for what, and the request's id. What
 * a client claims under these names is overwritten, and what a proxy says is dropped unless it is ours.
 */
function describeRequest(request: IncomingMessage, config: Config, hosts: OwnHosts): string {
  const requestId = randomUUID();
  const address = addressOf(request, config.trustProxy);
  const isForThis = isForThisMachine(request, config.trustProxy);
  if (!config.trustProxy) {
    for (const name of Object.keys(request.headers)) {
      if (name.startsWith("x-forwarded-") || name === "forwarded") delete request.headers[name];
    }
  }
  request.headers["x-adda-address"] = address;
  request.headers["x-adda-this-machine"] = String(isForThis);
  request.headers["x-adda-request-id"] = requestId;
  request.headers["x-adda-own-origin"] = String(hosts.isOwnOrigin(request));
  request.headers["x-adda-path"] = pageOf(request);
  return requestId;
}

/** An invite's link and a setup link let in whoever holds them, and a part's address takes what its holder sends. */
function withoutSecrets(path: string): string {
  return path.replace(/^(\/(?:invite|setup|uploads)\/)[^/]+/, "$1[removed]");
}

function isPercentEncoded(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}

/** Probes and programs inside a network call the server by whatever name it has there; a page cannot send a token's header. */
function mayAsk(request: IncomingMessage, hosts: OwnHosts): boolean {
  return hosts.isOwn(request) || request.headers.authorization !== undefined || PROBES.has(pathOf(request));
}

function refuseHost({ headers: { host } }: IncomingMessage, response: ServerResponse): void {
  const message = `This server does not answer to the name ${JSON.stringify(String(host).slice(0, 100))}. Open it by the name that it has, or set PUBLIC_URL (behind a proxy, pass Host on).`;
  logOncePer(
    HOUR_MS,
    "host",
    "warn",
    { host },
    "A request was refused for its Host. Set PUBLIC_URL to the address that people open.",
  );
  const error: ErrorPayload = { code: "forbidden", message };
  response.writeHead(421, { "Content-Type": "application/json" });
  response.end(JSON.stringify({ error }));
}

/** A browser sends our cookie with another site's requests too, and names that site in `Origin`. */
function comesFromElsewhere({ method = "GET", headers }: IncomingMessage): boolean {
  if (HARMLESS.has(method) || headers.cookie === undefined || headers.authorization !== undefined) return false;
  return headers["x-adda-own-origin"] !== "true";
}

function refuseOrigin(response: ServerResponse): void {
  const message =
    "With a session's cookie, changes are taken from Adda's own pages only. Set PUBLIC_URL or ALLOWED_ORIGINS.";
  const error: ErrorPayload = { code: "forbidden", message };
  response.writeHead(ERROR_STATUS[error.code], { "Content-Type": "application/json" });
  response.end(JSON.stringify({ error }));
}

/** Next would answer with a fault of its own. */
function refuseMalformedPath(response: ServerResponse): void {
  const error: ErrorPayload = { code: "malformed", message: "The address is not percent-encoded UTF-8." };
  response.writeHead(ERROR_STATUS[error.code], { "Content-Type": "application/json" });
  response.end(JSON.stringify({ error }));
}

/** A proxy that does not pass on `Upgrade` and `Connection` turns every socket into such a request. */
function refuseWithoutUpgrade(request: IncomingMessage, response: ServerResponse): void {
  const message = `${SOCKET_PATH} is a WebSocket: send "Connection: Upgrade" and "Upgrade: websocket" over HTTP/1.1.`;
  const address = request.headers["x-adda-address"];
  logOncePer(MINUTE_MS, "no-upgrade", "warn", { address }, `${message} Behind a proxy, have it pass these headers on.`);
  const error: ErrorPayload = { code: "malformed", message };
  response.writeHead(426, { Upgrade: "websocket", Connection: "Upgrade", "Content-Type": "application/json" });
  response.end(JSON.stringify({ error }));
}

/** The page that is asked for, with its query: where whoever signs in first is led back to. */
function pageOf(request: IncomingMessage): string {
  const path = pathOf(request);
  const query = new URLSearchParams(request.url?.slice(path.length));
  // Next's own, of a page that is fetched for its parts.
  query.delete("_rsc");
  return query.size > 0 ? `${path}?${query}` : path;
}

/** Without the query string, which may hold what a log must not. */
function pathOf(request: IncomingMessage): string {
  return (request.url ?? "/").split("?", 1)[0] ?? "/";
}
