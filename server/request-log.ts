import type { IncomingMessage, ServerResponse } from "node:http";
import { log } from "./log";
import { logOncePer } from "./log-once-per";
import { metrics } from "./metrics";
import { PARTS_PATH } from "./transfer/parts";
import { FILES_PATH, PORTRAITS_PATH } from "./transfer/serve";

const SECOND_MS = 1_000;
/** What REST calls an address, by its route file; everything else is called by its kind. */
const routes = new WeakMap<IncomingMessage, string>();

/** Has the request counted under this name: one of few, never a part of a path that the client chose. */
export function nameRoute(request: IncomingMessage, name: string): void {
  routes.set(request, name);
}

/**
 * Counts the request when it is answered, and logs it: a failure as a warning, a refusal once a second for each address and
 * status, everything else for whoever debugs.
 * @param path without the query and without secrets.
 */
export function logRequest(request: IncomingMessage, response: ServerResponse, requestId: string, path: string): void {
  const startedAt = performance.now();
  const { method } = request;
  response.once("close", () => {
    const { statusCode: status } = response;
    const tookMs = performance.now() - startedAt;
    const about = { requestId, method, path, status, ms: Math.round(tookMs) };
    metrics().requestSeconds.observe(
      { route: routes.get(request) ?? kindOf(path), status: `${Math.trunc(status / 100)}xx` },
      tookMs / SECOND_MS,
    );
    if (status >= 500) log.warn(about, "Request");
    else if (status >= 400 && status !== 404) logRefused(request, about);
    else log.debug(about, "Request");
  });
}

function logRefused(request: IncomingMessage, about: { status: number }): void {
  const address = request.headers["x-adda-address"];
  logOncePer(SECOND_MS, `refused ${address} ${about.status}`, "info", { ...about, address }, "A request was refused.");
}

function kindOf(path: string): string {
  if (path.startsWith("/_next/")) return "static";
  if ([FILES_PATH, PORTRAITS_PATH].some((files) => path.startsWith(`${files}/`))) return "file";
  if (path.startsWith(`${PARTS_PATH}/`)) return "upload";
  return path.startsWith("/api/") ? "other" : "page";
}
