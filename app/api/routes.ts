import { randomUUID } from "node:crypto";
import type { z } from "zod";
import { isDatabaseAway } from "@/server/domain/database-away";
import { parse } from "@/server/domain/fields";
import { Refused } from "@/server/domain/refused";
import { countRequestFrom } from "@/server/domain/request-rates";
import type { SessionProof } from "@/server/domain/sessions";
import type { Origin } from "@/server/domain/users";
import type { Viewer } from "@/server/domain/viewer";
import { log } from "@/server/log";
import { originOf } from "../origin";
import { notAllowed, refuse } from "./answers";
import { readJson } from "./body";
import { requireProof } from "./caller";

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;
type Method = (typeof METHODS)[number];

/** Shorter than the ten seconds after which clients give an answer up. */
const DEADLINE_MS = 8_000;

/** One request, as a route sees it. */
export type Call = {
  request: Request;
  /** The part of the path that a folder of the route names, decoded. */
  param(name: string): string;
  /** Where it came from, to count requests and attempts against: the server overwrites this on every request. */
  origin: Origin;
  /** @throws Refused "malformed", "too_large" or "invalid" */
  body<Schema extends z.ZodType>(schema: Schema): Promise<z.output<Schema>>;
  /** @throws Refused "invalid" */
  query<Schema extends z.ZodType>(schema: Schema): z.output<Schema>;
};

type Route = (call: Call) => Promise<Response>;
type Context = { params: Promise<Record<string, string | string[] | undefined>> };
type RouteHandler = (request: Request, context: Context) => Promise<Response>;

/**
 * A route file's exports. Each method given reads as its sentence; whatever it throws becomes the right
 * answer, and a method that is not given is refused as JSON too.
 * @param options.isCounted false lets a balancer ask as often as it likes.
 * @param options.deadlineMs what the whole request may take; null for one that waits for a large file.
 */
export function routes(
  given: Partial<Record<Method, Route>>,
  { isCounted = true, deadlineMs = DEADLINE_MS }: { isCounted?: boolean; deadlineMs?: number | null } = {},
): Record<Method | "OPTIONS", RouteHandler> {
  const allowed = METHODS.filter((method) => given[method]);
  const handlers = METHODS.map((method) => {
    const route = given[method] ?? (async () => notAllowed(allowed));
    return [method, handler(isCounted ? counted(route) : route, deadlineMs)];
  });
  const options: RouteHandler = async () => new Response(null, { status: 204, headers: { Allow: allowed.join(", ") } });
  return { ...Object.fromEntries(handlers), OPTIONS: options };
}

/** A route for who is signed in: by the session's cookie, or by a token. */
export function signedIn(route: (call: Call & { viewer: Viewer; proof: SessionProof }) => Promise<Response>): Route {
  return async (call) => {
    const proof = await requireProof(call.request);
    return route({ ...call, proof, viewer: proof.viewer });
  };
}

function counted(route: Route): Route {
  return async (call) => {
    countRequestFrom(call.origin.address);
    return route(call);
  };
}

function handler(route: Route, deadlineMs: number | null): RouteHandler {
  return async (request, context) => {
    try {
      const params = await context.params;
      const answer = route({
        request,
        origin: originOf(request.headers),
        param: (name) => decode(params[name]),
        body: async (schema) => parse(schema, await readJson(request)),
        query: (schema) => parse(schema, Object.fromEntries(new URL(request.url).searchParams)),
      });
      return await (deadlineMs === null ? answer : inTime(answer, deadlineMs));
    } catch (error) {
      return error instanceof Refused ? refuse(error.toPayload()) : fail(request, error);
    }
  };
}

/**
 * Each wait for the database has an end of its own; several one after the other would outlast the client's patience.
 * What was begun goes on: a message may be stored after this answer, and a retry with its `clientId` finds it.
 * @throws Refused overloaded
 */
async function inTime(answer: Promise<Response>, deadlineMs: number): Promise<Response> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const sentence = `There was no answer within ${deadlineMs / 1_000} s. Try again, a message with the same clientId.`;
      reject(new Refused("overloaded", sentence, { retryAfterMs: 1_000 }));
    }, deadlineMs);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Nobody expected it: logged once under the id that the answer carries, and not shown. */
function fail(request: Request, error: unknown): Response {
  const requestId = request.headers.get("x-adda-request-id") ?? randomUUID();
  const about = { err: error, requestId, method: request.method, path: new URL(request.url).pathname };
  const headers = { "X-Request-Id": requestId };
  if (isDatabaseAway(error)) {
    log.warn(about, "The database is away: a request was put off.");
    return refuse({ code: "overloaded", message: "Not now: please try again shortly.", retryAfterMs: 1_000 }, headers);
  }
  log.error(about, "A request failed.");
  return refuse({ code: "internal", message: "Something went wrong here. It was logged; please try again." }, headers);
}

/** Next hands over the parts of a path as they came. What is no valid encoding names nothing. */
function decode(part: string | string[] | undefined): string {
  if (typeof part !== "string") throw new Error("The route asks for a part that its folders do not name.");
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
