import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { nameRoute } from "./request-log";
import { findRoute, readRouteFiles } from "./rest-routes";

const zip = promisify(gzip);
const ZIP_MIN_BYTES = 1024;

type Handler = (request: Request, context: { params: Promise<Record<string, string>> }) => Promise<Response>;

/** @returns false when it did not answer: the request is Next's. */
export type AnswerRest = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;

/**
 * Answers the REST API by its own route files, past Next, whose way from a request to a handler and back
 * costs several times what the handlers do (docs/decisions/rest-past-next.md). What no file names, and
 * methods that Next makes of others, are left to it.
 */
export async function openRest(root: string): Promise<AnswerRest> {
  const routes = await Promise.all(
    readRouteFiles(join(root, "app/api")).map(async (file) => {
      const handlers: Record<string, Handler | undefined> = await import(pathToFileURL(file.path).href);
      return { ...file, handlers, name: ["/api", ...file.segments].join("/") };
    }),
  );

  return async (request, response) => {
    const found = findRoute(routes, request.url?.split("?", 1)[0] ?? "");
    const handler = found?.route.handlers[request.method ?? ""];
    if (!handler) return false;
    nameRoute(request, found.route.name);
    const answer = await handler(toWebRequest(request), { params: Promise.resolve(found.params) });
    await send(answer, request, response);
    if (!request.readableEnded) request.resume();
    return true;
  };
}

function toWebRequest(request: IncomingMessage): Request {
  const { method = "GET" } = request;
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, String(value));
  }
  // Routes look at the path and the query alone.
  const url = `http://localhost${request.url}`;
  if (method === "GET") return new Request(url, { method, headers });
  // Who stops reading a body that is too long still answers on the same connection.
  const body = request.iterator({ destroyOnReturn: false });
  return new Request(url, { method, headers, body, duplex: "half" } as unknown as RequestInit);
}

async function send(answer: Response, request: IncomingMessage, response: ServerResponse): Promise<void> {
  response.statusCode = answer.status;
  for (const [name, value] of answer.headers) response.setHeader(name, value);
  if (!answer.body) return void response.end();

  const body = Buffer.from(await answer.arrayBuffer());
  response.setHeader("Vary", "Accept-Encoding");
  const isZipped = body.length >= ZIP_MIN_BYTES && takesGzip(request);
  if (isZipped) response.setHeader("Content-Encoding", "gzip");
  const bytes = isZipped ? await zip(body) : body;
  response.setHeader("Content-Length", bytes.length);
  response.end(bytes);
}

function takesGzip({ headers }: IncomingMessage): boolean {
  return /\bgzip\b(?!\s*;\s*q=0(\.0+)?\s*(,|$))/.test(String(headers["accept-encoding"] ?? ""));
}
