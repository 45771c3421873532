import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import type { ErrorPayload } from "@/protocol/errors";
import { isDatabaseAway } from "@/server/domain/database-away";
import { findPortrait } from "@/server/domain/files/portraits";
import { type ReadableFile, requireReadable } from "@/server/domain/files/readable";
import { Refused } from "@/server/domain/refused";
import { countFileFrom } from "@/server/domain/request-rates";
import { findViewerBySession, findViewerByToken } from "@/server/domain/sessions";
import type { Viewer } from "@/server/domain/viewer";
import { log } from "@/server/log";
import type { ByteRange, Storage } from "@/server/storage/storage";
import { answerError, askerOf } from "./answers";
import { contentDisposition } from "./content-disposition";
import { readRange } from "./ranges";

export const FILES_PATH = "/files";
export const PORTRAITS_PATH = "/pictures";

/** What a browser may show by itself: pictures that we made, sound and video. All else is saved, whatever it is. */
const SHOWN = new Set<ReadableFile["kind"]>(["image", "video", "audio", "voice"]);
/** A file is a page of nobody's: it runs nothing, asks for nothing and is framed by nobody. */
const POLICY =
  "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'";
/** Kept by the reader's browser for ever, under a name that means these bytes; once a minute it asks whether it still may. */
const CACHING = "private, max-age=60, must-revalidate";
const VARY = "Cookie, Authorization";

/** The picture of a person or a room, whichever it is now. */
const PORTRAIT = /^\/pictures\/(person|room)\/([0-9a-f-]{36})$/i;
const ADDRESS = /^\/files\/([0-9a-f-]{36})(?:\/(small|large|still))?$/i;

/**
 * `GET /files/:file` and its previews, for those who may read the room, whole or in ranges, and `GET
 * /pictures/person/:person` and `/pictures/room/:room`: who has none is shown as none, which is no error.
 */
export async function serveFile(request: IncomingMessage, response: ServerResponse, storage: Storage): Promise<void> {
  try {
    countFileFrom(askerOf(request));
    if (request.method !== "GET" && request.method !== "HEAD") {
      response.setHeader("Allow", "GET, HEAD");
      throw new Refused("method_not_allowed", "This address takes GET and HEAD.");
    }
    const url = new URL(request.url ?? "", "http://localhost");
    const viewer = await requireViewer(request);
    const file = await requireFile(viewer, url.pathname);
    if (!file) return void response.writeHead(204, { "Cache-Control": CACHING, Vary: VARY }).end();
    await answer(request, response, file, { storage, isDownload: url.searchParams.has("download") });
  } catch (error) {
    answerError(request, response, explain(error, request));
  }
}

async function requireFile(viewer: Viewer, path: string): Promise<ReadableFile | null> {
  const [, of, portrayedId] = PORTRAIT.exec(path.toLowerCase()) ?? [];
  if (of && portrayedId) return findPortrait(viewer, of === "room" ? "room" : "person", portrayedId);
  const [, id, variant] = ADDRESS.exec(path.toLowerCase()) ?? [];
  return requireReadable(viewer, id ?? "", variant ?? null);
}

async function requireViewer({ headers }: IncomingMessage): Promise<Viewer> {
  const { authorization, cookie } = headers;
  const proof = authorization ? await findViewerByToken(authorization) : await findViewerBySession(cookie);
  if (!proof) throw new Refused("unauthorized", "Sign in to see this file.");
  return proof.viewer;
}

type Options = { storage: Storage; isDownload: boolean };

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  file: ReadableFile,
  { storage, isDownload }: Options,
): Promise<void> {
  const isShown = SHOWN.has(file.kind) && !isDownload;
  response.setHeader("Content-Security-Policy", POLICY);
  response.setHeader("Cache-Control", CACHING);
  response.setHeader("ETag", file.etag);
  response.setHeader("Vary", VARY);
  response.setHeader("Accept-Ranges", "bytes");
  if (request.headers["if-none-match"]?.includes(file.etag)) return void response.writeHead(304).end();

  const range = readRange(request.headers, file);
  if (range === "unsatisfiable") return void response.writeHead(416, { "Content-Range": `bytes */${file.size}` }).end();
  response.setHeader("Content-Type", file.kind === "text" ? "text/plain; charset=utf-8" : file.type);
  response.setHeader("Content-Disposition", contentDisposition(isShown ? "inline" : "attachment", file.name));
  response.setHeader("Content-Length", range ? range.end - range.start + 1 : file.size);
  if (range) response.setHeader("Content-Range", `bytes ${range.start}-${range.end}/${file.size}`);
  if (request.method === "HEAD") return void response.writeHead(range ? 206 : 200).end();

  await send(response, { storage, file, range });
}

type Sending = { storage: Storage; file: ReadableFile; range: ByteRange | null };

async function send(response: ServerResponse, { storage, file, range }: Sending): Promise<void> {
  const body = await storage.read(file.key, range ?? undefined);
  if (!body) {
    for (const name of ["Content-Length", "Content-Range", "Content-Disposition", "ETag"]) response.removeHeader(name);
    throw new Refused("not_found", "There is no such file, not any more.");
  }
  response.writeHead(range ? 206 : 200);
  await pipeline(body, response).catch((error: NodeJS.ErrnoException) => {
    // Whoever closes a video in the middle of it does nothing wrong.
    if (error.code !== "ERR_STREAM_PREMATURE_CLOSE") log.warn({ err: error, key: file.key }, "A file was cut off.");
  });
}

function explain(error: unknown, request: IncomingMessage): ErrorPayload {
  if (error instanceof Refused) return error.toPayload();
  if (isDatabaseAway(error)) return { code: "overloaded", message: "Not now: please try again.", retryAfterMs: 1_000 };
  log.error({ err: error, path: request.url?.split("?", 1)[0] }, "A file could not be served.");
  return { code: "internal", message: "Something went wrong here. It was logged; please try again." };
}
