import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { log } from "./log";
import { collectMetrics } from "./metrics";

export const METRICS_PATH = "/metrics";

/**
 * Answers Prometheus: whoever shows `METRICS_TOKEN`, or without one only this machine. A proxy on this
 * machine asks from here too, so one that passes a request on (it says so in a header) is refused.
 */
export async function answerMetrics(
  request: IncomingMessage,
  response: ServerResponse,
  { token, address }: { token: string | undefined; address: string },
): Promise<void> {
  if (!(token ? showsToken(request, token) : isLocal(request, address))) {
    response.writeHead(403, { "Content-Type": "text/plain; charset=utf-8" });
    response.end("Set METRICS_TOKEN and send it as Authorization: Bearer, or ask from this machine.\n");
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

function isLocal(request: IncomingMessage, address: string): boolean {
  const isForwarded = Object.keys(request.headers).some(
    (name) => name === "forwarded" || /^x-(forwarded|real)-/.test(name),
  );
  return !isForwarded && (address === "::1" || address.startsWith("127."));
}

function sha256(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
