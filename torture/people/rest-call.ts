import type { ErrorPayload } from "@/protocol/errors";
import type { Door } from "../deployment/deployment";
import type { Person } from "./person";

const ANSWER_MAX_MS = 6_000;

export type RestCall = { method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE"; path: string; body?: object };

/** What a server answered: what was asked for (null where the answer has no content), or why not. */
export type RestAnswer<Content> = { content: Content } | { code: string };

/** Asks by REST, once. @returns null when it has to be tried again, here or elsewhere. */
export async function callRest<Content>(
  { person, door }: { person: Person; door: Door },
  { method, path, body }: RestCall,
): Promise<RestAnswer<Content> | null> {
  try {
    const response = await fetch(`${door.http}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${person.token}`,
        ...(body && { "content-type": "application/json" }),
      },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(ANSWER_MAX_MS),
    });
    if (response.ok) return { content: (response.status === 204 ? null : await response.json()) as Content };
    if (response.status >= 500 || response.status === 429) return null;
    const { error } = (await response.json()) as { error: ErrorPayload };
    return { code: error.code };
  } catch {
    return null;
  }
}
