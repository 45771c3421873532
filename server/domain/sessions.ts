import { randomUUID } from "node:crypto";
import { batched } from "@/server/db/batched";
import type { Prisma } from "@/server/db/generated/client";
import { shared } from "@/server/shared";
import { Refused } from "./refused";
import {
  findSessionClaims,
  SESSION_COOKIE,
  SESSION_MAX_AGE_S,
  type SessionClaims,
  sealSession,
} from "./session-cookie";
import { deleteTokens, findToken, isTokenGood } from "./tokens";
import type { Viewer } from "./viewer";

export { SESSION_COOKIE };

/** Who a request or a socket comes from, and what shows it. */
export type SessionProof = {
  viewer: Viewer;
  kind: "session" | "token";
  /** The id of the API token or of the session: the control event `token-ended` names it when it ends. */
  tokenId: string;
  /** When the session or the token runs out; null for a token that does not. */
  expiresAt: Date | null;
  /** When the password was last given in this session; null for a token. */
  confirmedAt: Date | null;
};

/** @param cookieHeader a request's whole Cookie header. */
export async function findViewerBySession(cookieHeader: string | undefined): Promise<SessionProof | null> {
  const claims = await findSessionClaims(cookieHeader);
  return claims && proveSession(claims);
}

/** @param bearer the token, or the whole Authorization header. */
export async function findViewerByToken(bearer: string): Promise<SessionProof | null> {
  const found = await findToken(bearer.replace(/^Bearer +/i, ""));
  return found && { ...found, kind: "token", confirmedAt: null };
}

/** Whether the session's user, version and end, or the token, are still as when the proof was made. */
export async function checkSession({ viewer, kind, tokenId, expiresAt, confirmedAt }: SessionProof): Promise<boolean> {
  if (kind === "token") return isTokenGood(tokenId);
  if (!expiresAt || expiresAt.getTime() <= Date.now()) return false;
  const { id: userId, sessionVersion } = viewer;
  return (await proveSession({ userId, sessionId: tokenId, sessionVersion, expiresAt, confirmedAt })) !== null;
}

/** Whether what a session cookie says still holds. */
export async function proveSession(claims: SessionClaims): Promise<SessionProof | null> {
  const [viewer, ended] = await Promise.all([loadUser(claims.userId), loadEnded(claims.sessionId)]);
  if (!viewer || ended || viewer.sessionVersion !== claims.sessionVersion) return null;
  const { sessionId: tokenId, expiresAt, confirmedAt } = claims;
  return { viewer, kind: "session", tokenId, expiresAt, confirmedAt };
}

/** A new session for somebody who just showed who they are: the value of its cookie. */
export function startSession({ id: userId, sessionVersion }: Viewer): Promise<string> {
  return sealSession({ userId, sessionId: randomUUID(), sessionVersion, confirmedAt: new Date() });
}

/** Signs out one browser: its cookie is refused from now on, wherever it was copied to. */
export async function endSession({ sessionId }: Pick<SessionClaims, "sessionId">): Promise<void> {
  const { prisma, backplane } = shared();
  // Not when this cookie runs out: a copy of it may have been renewed until now.
  const expiresAt = new Date(Date.now() + SESSION_MAX_AGE_S * 1_000);
  await prisma.endedSession.createMany({ data: [{ id: sessionId, expiresAt }], skipDuplicates: true });
  await prisma.endedSession.deleteMany({ where: { expiresAt: { lt: new Date() } } });
  backplane.publishControl({ type: "token-ended", tokenId: sessionId });
}

/** Signs out everywhere. API tokens stay: each is revoked by itself. */
export async function endSessions(viewer: Viewer): Promise<void> {
  await raiseSessionVersion(viewer);
}

type AccountChange = { passwordHash?: string; revokeTokens?: boolean };

/** Revokes every session of the viewer, in the same transaction that stores what made it necessary. */
export async function raiseSessionVersion(viewer: Viewer, change: AccountChange = {}): Promise<Viewer> {
  const ended = await shared().prisma.$transaction((tx) => endAccess(tx, viewer.id, change));
  publishEnded(ended);
  return { ...viewer, sessionVersion: ended.sessionVersion };
}

export type EndedAccess = { userId: string; sessionVersion: number; tokenIds: string[] };

/** Ends an account's sessions and, when it is wanted, its tokens. Call `publishEnded` after the commit. */
export async function endAccess(
  tx: Prisma.TransactionClient,
  userId: string,
  { revokeTokens = false, ...data }: AccountChange & { deactivatedAt?: Date } = {},
): Promise<EndedAccess> {
  const { sessionVersion } = await tx.user.update({
    where: { id: userId },
    data: { ...data, sessionVersion: { increment: 1 } },
  });
  // A link that was made before must not open what was just closed.
  await tx.resetLink.deleteMany({ where: { userId } });
  return { userId, sessionVersion, tokenIds: revokeTokens ? await deleteTokens(tx, userId) : [] };
}

/** Cuts the sockets that were opened by what has ended, on every process. */
export function publishEnded({ userId, sessionVersion, tokenIds }: EndedAccess): void {
  const { backplane } = shared();
  backplane.publishControl({ type: "session-ended", userId, sessionVersion });
  for (const tokenId of tokenIds) backplane.publishControl({ type: "token-ended", tokenId });
}

/** @throws Refused "unauthorized" when the user is gone. */
export async function requireUser(id: string): Promise<Viewer> {
  const viewer = await loadUser(id);
  if (!viewer) throw new Refused("unauthorized", "This account does not exist any more.");
  return viewer;
}

const loadUser = batched(async (ids: string[]) => {
  const { rows } = await shared().pool.query<Viewer>({
    name: "users",
    text: `
      SELECT id, name, email, role, "sessionVersion" FROM "User"
      WHERE id = ANY($1::uuid[]) AND role <> 'system' AND "deactivatedAt" IS NULL`,
    values: [ids],
  });
  return new Map(rows.map((viewer) => [viewer.id, viewer]));
});

const loadEnded = batched(async (ids: string[]) => {
  const { rows } = await shared().pool.query<{ id: string }>({
    name: "ended-sessions",
    text: `SELECT id FROM "EndedSession" WHERE id = ANY($1::uuid[])`,
    values: [ids],
  });
  return new Map(rows.map(({ id }) => [id, true]));
});
