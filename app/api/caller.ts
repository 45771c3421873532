import { config } from "@/server/config";
import { Refused } from "@/server/domain/refused";
import { countRequestBy } from "@/server/domain/request-rates";
import { findViewerBySession, findViewerByToken, type SessionProof } from "@/server/domain/sessions";

const HARMLESS = new Set(["GET", "HEAD", "OPTIONS"]);

/** @throws Refused "unauthorized", "forbidden" or "rate_limited" */
export async function requireProof(request: Request): Promise<SessionProof> {
  const authorization = request.headers.get("authorization");
  const proof = authorization === null ? await requireSession(request) : await requireToken(authorization);
  countRequestBy(proof.viewer);
  return proof;
}

async function requireToken(authorization: string): Promise<SessionProof> {
  const proof = /^Bearer /i.test(authorization) ? await findViewerByToken(authorization) : null;
  if (!proof) throw new Refused("unauthorized", "This token is not good, or not any more.");
  return proof;
}

async function requireSession(request: Request): Promise<SessionProof> {
  const proof = await findViewerBySession(request.headers.get("cookie") ?? undefined);
  if (!proof) throw new Refused("unauthorized", "Sign in, or send a token: Authorization: Bearer adda_…");
  if (!HARMLESS.has(request.method)) requireOwnOrigin(request);
  return proof;
}

/**
 * A browser sends the cookie along with what another site's page asks for, and it says whose page that
 * was. Who says nothing is no browser's page of ours either.
 */
function requireOwnOrigin(request: Request): void {
  const origin = request.headers.get("origin");
  if (request.headers.get("x-adda-own-origin") === "true") return;
  if (origin && config().allowedOrigins.includes(origin)) return;
  throw new Refused("forbidden", "With a session's cookie, changes are taken from Adda's own pages only.");
}
