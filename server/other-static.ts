import { readdirSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join, sep } from "node:path";
import { serveStatic } from "next/dist/server/serve-static";
import { listBuilds } from "./builds";

const STATIC = "/_next/static/";
const YEAR_MS = 365 * 24 * 60 * 60 * 1_000;

/** @returns false when it did not answer: the request is Next's. */
type AnswerStatic = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;

/**
 * Answers for the static files that this build lacks and another one has: a page that was opened before an upgrade loads
 * the rest of its own version, also from a process that serves the next one, and the other way round.
 */
export function openOtherStatic(root: string, build: string): AnswerStatic {
  const own = new Set(readdirSync(join(root, build, "static"), { recursive: true }).map((path) => toUrl(String(path))));

  return async (request, response) => {
    const path = request.url?.split("?", 1)[0] ?? "";
    if (!path.startsWith(STATIC) || own.has(decodeURIComponent(path))) return false;
    for (const other of listBuilds(root)) {
      if (other !== build && (await sendFrom(join(root, other, "static"), path, request, response))) return true;
    }
    return false;
  };
}

function toUrl(path: string): string {
  return STATIC + path.split(sep).join("/");
}

async function sendFrom(
  folder: string,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  try {
    // Their names change with their content.
    await serveStatic(request, response, path.slice(STATIC.length - 1), {
      root: folder,
      maxAge: YEAR_MS,
      immutable: true,
    });
    return true;
  } catch (error) {
    if (response.headersSent) throw error;
    return false;
  }
}
