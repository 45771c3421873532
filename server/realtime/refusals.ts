import type { ClientFrame } from "@/protocol/client-frames";
import type { ErrorPayload } from "@/protocol/errors";
import type { ServerFrame } from "@/protocol/frames";
import { isDatabaseAway } from "@/server/domain/database-away";
import { Refused } from "@/server/domain/refused";
import { log } from "@/server/log";
import { metrics } from "@/server/metrics";

const INTERNAL: ErrorPayload = { code: "internal", message: "Something went wrong on the server. Try again." };

/** What a frame that failed is answered with. What nobody expected is logged, with the ids that find it. */
export function refusalOf(
  error: unknown,
  frame: ClientFrame | undefined,
  ids: { connectionId: number; userId: string },
): ServerFrame {
  return toErrorFrame({ ...explain(error, ids), ...idsOf(frame) });
}

/** Counts the refusal. */
export function toErrorFrame(payload: ErrorPayload): ServerFrame {
  metrics().refusals.inc({ code: payload.code });
  return { type: "error", payload };
}

export function tooFast(retryAfterMs: number): Refused {
  return new Refused("rate_limited", "Too fast: wait a moment.", { retryAfterMs });
}

export function notJoined(): Refused {
  return new Refused("not_joined", "Join a room first, or give a roomId.");
}

function explain(error: unknown, ids: { connectionId: number; userId: string }): ErrorPayload {
  if (isDatabaseAway(error)) return databaseAway().toPayload();
  if (error instanceof Refused) return error.toPayload();
  log.error({ err: error, ...ids }, "A frame could not be handled.");
  return INTERNAL;
}

function databaseAway(): Refused {
  return new Refused("overloaded", "The server cannot reach its database just now. Try again shortly.", {
    retryAfterMs: 1_000,
  });
}

function idsOf(frame: ClientFrame | undefined): Pick<ErrorPayload, "clientId" | "roomId"> {
  if (!frame || frame.type === "ping") return {};
  const { roomId, clientId } = frame.payload as { roomId?: string; clientId?: string };
  return { ...(roomId !== undefined && { roomId }), ...(clientId !== undefined && { clientId }) };
}
