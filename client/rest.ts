import type { ErrorPayload } from "@/protocol/errors";

/** What a request answered: what it was asked for, or the refusal. */
export type RestAnswer<Value = void> = { ok: true; value: Value } | { ok: false; error: ErrorPayload };

const UNREACHABLE: ErrorPayload = {
  code: "internal",
  message: "The server cannot be reached. Check your connection and try again.",
};

/**
 * Asks the page's own server by REST. It never rejects: a server that is away is a refusal too.
 * @param path from `/api` on, encoded.
 */
export async function askRest<Value = void>(
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE",
  path: string,
  body?: unknown,
): Promise<RestAnswer<Value>> {
  try {
    const response = await fetch(path, {
      method,
      ...(body !== undefined && {
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(body),
      }),
    });
    const answer = response.status === 204 ? undefined : await response.json();
    return response.ok ? { ok: true, value: answer as Value } : { ok: false, error: answer.error as ErrorPayload };
  } catch {
    return { ok: false, error: UNREACHABLE };
  }
}
