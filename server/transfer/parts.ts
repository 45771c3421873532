import type { IncomingMessage, ServerResponse } from "node:http";
import type { ErrorPayload } from "@/protocol/errors";
import { noSpace } from "@/server/domain/files/limits";
import { Refused } from "@/server/domain/refused";
import { countFileFrom } from "@/server/domain/request-rates";
import { log } from "@/server/log";
import { metrics } from "@/server/metrics";
import type { DirectoryStorage } from "@/server/storage/directory";
import { IncompleteUpload, UnknownUpload } from "@/server/storage/storage";
import { openTicket } from "@/server/storage/tickets";
import { answerError, answerNothing, askerOf } from "./answers";

/** Below it, the ticket: who holds it may send that part. */
export const PARTS_PATH = "/uploads";

type Options = {
  storage: DirectoryStorage;
  /** What sealed the addresses of parts: the secret of now first. */
  secrets: readonly string[];
  /** Free space of the disk that files may not use. */
  reserveBytes: number;
};

/** `PUT /uploads/:ticket`: the bytes of one part, straight to the disk. A store of its own takes them itself. */
export async function receivePart(
  request: IncomingMessage,
  response: ServerResponse,
  { storage, secrets, reserveBytes }: Options,
): Promise<void> {
  const refuse = (error: ErrorPayload) => answerError(request, response, error);
  const tooFast = findTooFast(request);
  if (tooFast) return refuse(tooFast);
  if (request.method !== "PUT") return refuse({ code: "method_not_allowed", message: "This address takes PUT." });
  const path = (request.url ?? "").split("?", 1)[0] ?? "";
  const ticket = secrets
    .map((secret) => openTicket(path.slice(PARTS_PATH.length + 1), secret, Date.now()))
    .find((found) => found !== null);
  if (!ticket)
    return refuse({ code: "forbidden", message: "This address is not good, or not any more: ask for a new one." });
  if (Number(request.headers["content-length"]) !== ticket.size) {
    return refuse({ code: "invalid", field: "Content-Length", message: `This part has exactly ${ticket.size} bytes.` });
  }

  try {
    const free = await storage.freeBytes();
    if (free !== null && free < reserveBytes) return refuse(noSpace().toPayload());
    await storage.receivePart(ticket, request);
    metrics().uploadedBytes.inc(ticket.size);
    answerNothing(response);
  } catch (error) {
    // Whoever sent it is gone, and comes back.
    if (request.destroyed) return void response.destroy();
    if (error instanceof UnknownUpload) return refuse({ code: "not_found", message: error.message });
    if (error instanceof IncompleteUpload) return refuse({ code: "invalid", message: error.message });
    const isFull = (error as NodeJS.ErrnoException).code === "ENOSPC";
    log.error({ err: error }, isFull ? "The disk is full: uploads are refused." : "A part could not be stored.");
    refuse({ code: "overloaded", message: "The server cannot store files just now.", retryAfterMs: 30_000 });
  }
}

function findTooFast(request: IncomingMessage): ErrorPayload | null {
  try {
    countFileFrom(askerOf(request));
    return null;
  } catch (error) {
    if (error instanceof Refused) return error.toPayload();
    throw error;
  }
}
