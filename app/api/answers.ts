import { ERROR_STATUS, type ErrorPayload } from "@/protocol/errors";

/** Answers are one person's and of one moment. */
const HEADERS = { "Cache-Control": "no-store" };

export function ok(value: unknown): Response {
  return Response.json(value, { headers: HEADERS });
}

export function created(value: unknown): Response {
  return Response.json(value, { status: 201, headers: HEADERS });
}

export function done(): Response {
  return new Response(null, { status: 204, headers: HEADERS });
}

export function refuse(error: ErrorPayload, headers: Record<string, string> = {}): Response {
  return Response.json(
    { error },
    {
      status: ERROR_STATUS[error.code],
      headers: {
        ...HEADERS,
        ...(error.retryAfterMs !== undefined && { "Retry-After": String(Math.ceil(error.retryAfterMs / 1_000)) }),
        ...(error.code === "unauthorized" && { "WWW-Authenticate": "Bearer" }),
        ...headers,
      },
    },
  );
}

/** The address is right and the method is not. */
export function notAllowed(allowed: readonly string[]): Response {
  const methods = allowed.join(", ");
  return refuse({ code: "method_not_allowed", message: `This address takes ${methods}.` }, { Allow: methods });
}
