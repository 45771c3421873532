import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { log } from "./log";
import { collectMetrics } from "./metrics";
import { isFromThisMachine } from "./same-machine";

export const METRICS_PATH = "/metrics";

/**
 * Answers Prometheus: anybody who shows `METRICS_TOKEN`, or without a token this machine alone. A proxy on this machine
 * asks from here too, for people on the web: what it passes on is refused, and with a known proxy a token is needed.
 */
export async function answerMetrics(
  request: IncomingMessage,
  response: ServerResponse,
  { token, isProxied }: { token: string | undefined; isProxied: boolean },
): Promise<void> {
  if (!(token ? showsToken(request, token) : !isProxied && isFromThisMachine(request))) {
    response.writeHead(403, { "Content-Type": "text/plain; charset=utf-8" });
    response.end("Set METRICS_TOKEN and send it as Authorization: Bearer, or ask from this machine without a proxy.\n");
    return;
  }
  try {
    const { text, contentType } = await collectMetrics();
    response.writeHead(200, { "Content-Type": contentType, "Cache-Control": "no-store" });
    response.end(text);
  } catch (error) {
    log.error({ err: error }, "The metrics could not be collected.");
    response.writeHead(500).end();
  }
}

function showsToken(request: IncomingMessage, token: string): boolean {
  const shown = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? "")?.[1] ?? "";
  return timingSafeEqual(sha256(shown), sha256(token));
}

function sha256(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
