import { cookies, headers } from "next/headers";
import { redirect } from "next/navigation";
import { cache } from "react";
import {
  isSecure,
  SESSION_COOKIE,
  SESSION_MAX_AGE_S,
  sealSession,
  sessionCookieOptions,
  wantsRenewal,
} from "@/server/domain/session-cookie";
import { endSession, findViewerBySession, type SessionProof, startSession } from "@/server/domain/sessions";
import type { Viewer } from "@/server/domain/viewer";

/** Who looks at this page, asked of the database once a request. */
export async function findViewer(): Promise<Viewer | null> {
  return (await findProof())?.viewer ?? null;
}

/** Every page and every action of signed-in people begins with this: whoever is nobody signs in, and comes back here. */
export async function requireViewer(): Promise<Viewer> {
  const path = (await headers()).get("x-adda-path") ?? "/";
  return (await findViewer()) ?? redirect(`/sign-in?next=${encodeURIComponent(path)}`);
}

/** Where the request came from, to count attempts against; the server sets it, never the client. */
export async function findAddress(): Promise<string> {
  return (await headers()).get("x-adda-address") ?? "unknown";
}

/** Signs this browser in, as next-auth's own callback would. For server actions. */
export async function signInHere(viewer: Viewer): Promise<void> {
  await setSessionCookie(await startSession(viewer));
}

/** Gives this browser's session more time when it has little left. For server actions. */
export async function renewSessionHere(): Promise<void> {
  const proof = await findProof();
  if (!proof?.expiresAt || !wantsRenewal(proof.expiresAt)) return;
  const { viewer, tokenId: sessionId } = proof;
  const sealed = await sealSession({ userId: viewer.id, sessionId, sessionVersion: viewer.sessionVersion });
  await setSessionCookie(sealed);
}

/** Signs this browser out, and its sockets with it. For server actions. */
export async function signOutHere(): Promise<void> {
  const proof = await findProof();
  if (proof) await endSession({ sessionId: proof.tokenId });
  // Set to nothing rather than deleted: a browser heeds neither for "__Secure-" unless it says Secure.
  (await cookies()).set(SESSION_COOKIE(isSecure()), "", { ...sessionCookieOptions(), maxAge: 0 });
}

async function setSessionCookie(sealed: string): Promise<void> {
  (await cookies()).set(SESSION_COOKIE(isSecure()), sealed, { ...sessionCookieOptions(), maxAge: SESSION_MAX_AGE_S });
}

const findProof = cache(async (): Promise<SessionProof | null> => {
  return findViewerBySession((await headers()).get("cookie") ?? undefined);
});
