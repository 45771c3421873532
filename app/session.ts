import { cookies, headers } from "next/headers";
import { redirect } from "next/navigation";
import { cache } from "react";
import { DEVICE_COOKIE, deviceCookieOptions, sealDevice } from "@/server/domain/device-cookie";
import {
  isSecure,
  SESSION_COOKIE,
  SESSION_MAX_AGE_S,
  sealSession,
  sessionCookieOptions,
  wantsRenewal,
} from "@/server/domain/session-cookie";
import { endSession, findViewerBySession, type SessionProof, startSession } from "@/server/domain/sessions";
import type { Origin } from "@/server/domain/users";
import type { Viewer } from "@/server/domain/viewer";
import { originOf } from "./origin";

/** Who looks at this page, asked of the database once a request. */
export async function findViewer(): Promise<Viewer | null> {
  return (await findProof())?.viewer ?? null;
}

/** Every page and every action of signed-in people begins with this: whoever is nobody signs in, and comes back here. */
export async function requireViewer(): Promise<Viewer> {
  return (await requireProof()).viewer;
}

/** The viewer together with their session, for changes that may need the password again. */
export async function requireProof(): Promise<SessionProof> {
  const path = (await headers()).get("x-adda-path") ?? "/";
  return (await findProof()) ?? redirect(`/sign-in?next=${encodeURIComponent(path)}`);
}

/** Where the request came from, to count attempts against. */
export async function findOrigin(): Promise<Origin> {
  return originOf(await headers());
}

/** Signs this browser in, as next-auth's own callback would, and makes it known to the account. For server actions. */
export async function signInHere(viewer: Viewer): Promise<void> {
  await setSessionCookie(await startSession(viewer));
  const { cookie } = await findOrigin();
  (await cookies()).set(DEVICE_COOKIE(isSecure()), sealDevice(cookie, viewer.id), deviceCookieOptions());
}

/** Gives this browser's session more time when it has little left. For server actions. */
export async function renewSessionHere(): Promise<void> {
  const proof = await findProof();
  if (proof?.expiresAt && wantsRenewal(proof.expiresAt)) await sealAgain(proof);
}

/** Notes that the password was given in this session just now. For server actions. */
export async function confirmSessionHere(proof: SessionProof): Promise<void> {
  await sealAgain({ ...proof, confirmedAt: new Date() });
}

async function sealAgain({ viewer, tokenId: sessionId, confirmedAt }: SessionProof): Promise<void> {
  const { id: userId, sessionVersion } = viewer;
  await setSessionCookie(await sealSession({ userId, sessionId, sessionVersion, confirmedAt }));
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
