import { join } from "node:path";
import { findViewerBySession, SESSION_COOKIE, type SessionProof, startSession } from "@/server/domain/sessions";
import { createToken } from "@/server/domain/tokens";
import type { Viewer } from "@/server/domain/viewer";
import { findRoute, readRouteFiles } from "@/server/rest-routes";

const ORIGIN = "http://localhost:3000";
const API = join(import.meta.dirname, "../../app/api");

type Call = {
  token?: string;
  cookie?: string;
  origin?: string;
  address?: string;
  /** Sent as JSON; a string is sent as it is. */
  body?: unknown;
  headers?: Record<string, string>;
};

export type Answer<Body> = { status: number; headers: Headers; body: Body };

/** Asks the REST API's own handlers, found in the folders of app/api as Next finds them. */
export async function rest<Body = Record<string, unknown>>(
  method: string,
  path: string,
  call: Call = {},
): Promise<Answer<Body>> {
  const { pathname } = new URL(path, ORIGIN);
  const { route, params } = findRoute(ROUTES, pathname) ?? { route: ANY_PATH, params: {} };
  const handlers = await import(/* @vite-ignore */ route.path);
  const request = new Request(new URL(path, ORIGIN), {
    method,
    headers: headersOf(call),
    body: call.body === undefined ? undefined : typeof call.body === "string" ? call.body : JSON.stringify(call.body),
  });
  const response: Response = await handlers[method](request, { params: Promise.resolve(params) });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === "" ? undefined : JSON.parse(text) };
}

/** What a program with a token, and what a page with a cookie, sends along. */
export async function tokenOf(viewer: Viewer): Promise<{ token: string }> {
  return { token: (await createToken(viewer, { name: "test" })).token };
}

export async function cookieOf(viewer: Viewer): Promise<{ cookie: string }> {
  return { cookie: `${SESSION_COOKIE(false)}=${await startSession(viewer)}` };
}

/** A session that was just signed in to. */
export async function proofOf(viewer: Viewer): Promise<SessionProof> {
  const proof = await findViewerBySession((await cookieOf(viewer)).cookie);
  if (!proof) throw new Error("A session that was just started is good.");
  return proof;
}

function headersOf({ token, cookie, origin, address = "192.0.2.1", body, headers }: Call): Record<string, string> {
  return {
    "x-adda-address": address,
    "x-adda-this-machine": "true",
    ...(token && { authorization: `Bearer ${token}` }),
    ...(cookie && { cookie }),
    ...(origin && { origin }),
    ...(body !== undefined && { "content-type": "application/json" }),
    ...headers,
  };
}

const ROUTES = readRouteFiles(API);
const ANY_PATH = { path: join(API, "[[...path]]/route.ts") };
