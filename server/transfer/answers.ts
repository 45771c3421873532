import type { IncomingMessage, ServerResponse } from "node:http";
import { ERROR_STATUS, type ErrorPayload } from "@/protocol/errors";

/** Who asks, to count requests against: the server writes this over whatever a client claims. */
export function askerOf({ headers }: IncomingMessage): string {
  return String(headers["x-adda-address"] ?? "unknown");
}

export function answerNothing(response: ServerResponse): void {
  response.writeHead(204, { "Cache-Control": "no-store" }).end();
}

/** As REST does. A body that nobody will read ends the connection: to read it all would be to accept it. */
export function answerError(request: IncomingMessage, response: ServerResponse, error: ErrorPayload): void {
  if (response.headersSent) return void response.destroy();
  response.writeHead(ERROR_STATUS[error.code], {
    "Content-Type": "application/json",
    "Cache-Control": "no-store",
    ...(error.retryAfterMs !== undefined && { "Retry-After": String(Math.ceil(error.retryAfterMs / 1_000)) }),
    ...(!request.complete && { Connection: "close" }),
  });
  response.end(request.method === "HEAD" ? undefined : JSON.stringify({ error }));
}
