import { parseCookie, stringifySetCookie } from "cookie";
import { decode, encode, type JWT, type JWTDecodeParams } from "next-auth/jwt";
import { config } from "@/server/config";
import { sha256 } from "./sha256";
import { isUuid } from "./slugs";

export const SESSION_MAX_AGE_S = 30 * 24 * 60 * 60;

/** Decrypting takes longer than looking up; a storm of reconnects brings the same cookies again and again. */
const CACHE_MAX_ENTRIES = 10_000;
const CACHE_TTL_MS = 60_000;

/** What a session cookie says. It is believed only together with the user's row. */
export type SessionClaims = {
  userId: string;
  /** Stays the same when the cookie is renewed. */
  sessionId: string;
  sessionVersion: number;
  expiresAt: Date;
  /** When the password was last given in this session; null when that is not known. */
  confirmedAt: Date | null;
};

/** A session that is used in its second half is renewed: who comes every day is never signed out. */
export function wantsRenewal(expiresAt: Date, now = Date.now()): boolean {
  return expiresAt.getTime() - now < (SESSION_MAX_AGE_S * 1_000) / 2;
}

export type NewSession = Omit<SessionClaims, "expiresAt">;

/** next-auth's name for the cookie; the prefix makes browsers refuse it over plain HTTP. */
export const SESSION_COOKIE = (secure: boolean) => `${secure ? "__Secure-" : ""}next-auth.session-token`;

export function isSecure(): boolean {
  return config().publicUrl.startsWith("https:");
}

export function sessionCookieOptions() {
  return { httpOnly: true, sameSite: "lax", path: "/", secure: isSecure() } as const;
}

/** The value of a new session's cookie, as next-auth makes it. */
export function sealSession(session: NewSession, maxAge = SESSION_MAX_AGE_S): Promise<string> {
  const { userId, sessionId, sessionVersion, confirmedAt } = session;
  return encode({
    token: { sub: userId, sid: sessionId, sessionVersion, ...(confirmedAt && { confirmedAt: toSeconds(confirmedAt) }) },
    secret: config().authSecret,
    maxAge,
  });
}

/**
 * The `Set-Cookie` header for a session that is good and sealed with the secret before: the same session, until the same
 * moment, sealed with the secret of now. Null for every other request.
 */
export async function resealSession(cookieHeader: string | undefined, now = Date.now()): Promise<string | null> {
  const { authSecret, previousAuthSecrets } = config();
  if (previousAuthSecrets.length === 0) return null;
  const sealed = cookieHeader && findSealed(cookieHeader);
  if (!sealed || (await decode({ token: sealed, secret: authSecret }).catch(() => null))) return null;
  const claims = await findSessionClaims(cookieHeader, now);
  if (!claims) return null;
  const maxAge = Math.ceil((claims.expiresAt.getTime() - now) / 1_000);
  const value = await sealSession(claims, maxAge);
  return stringifySetCookie(SESSION_COOKIE(isSecure()), value, { ...sessionCookieOptions(), maxAge });
}

/** Reads the session out of a request's Cookie header; null when there is none or it is not ours. */
export async function findSessionClaims(
  cookieHeader: string | undefined,
  now = Date.now(),
): Promise<SessionClaims | null> {
  const sealed = cookieHeader && findSealed(cookieHeader);
  if (!sealed) return null;

  const key = sha256(sealed);
  const cached = cache.get(key);
  const claims = cached && cached.until > now ? cached.claims : remember(key, await unseal(sealed), now);
  return claims && claims.expiresAt.getTime() > now ? claims : null;
}

/** @returns null for a token that does not say what ours say. */
export function readClaims(token: Record<string, unknown> | null): SessionClaims | null {
  if (!token) return null;
  const { sub, sid, sessionVersion, exp, confirmedAt } = token;
  // Looked up together with others': one that is no id would fail them all.
  if (typeof sub !== "string" || typeof sid !== "string" || !isUuid(sub) || !isUuid(sid)) return null;
  if (typeof sessionVersion !== "number" || typeof exp !== "number") return null;
  return {
    userId: sub,
    sessionId: sid,
    sessionVersion,
    expiresAt: new Date(exp * 1_000),
    confirmedAt: typeof confirmedAt === "number" ? new Date(confirmedAt * 1_000) : null,
  };
}

export function toSeconds(moment: Date): number {
  return Math.floor(moment.getTime() / 1_000);
}

/** next-auth splits a value that is too large for one cookie over `name.0`, `name.1` and so on. */
function findSealed(cookieHeader: string): string | null {
  const cookies = parseCookie(cookieHeader);
  const name = SESSION_COOKIE(isSecure());
  if (cookies[name]) return cookies[name];

  let value = "";
  for (let index = 0; cookies[`${name}.${index}`]; index++) value += cookies[`${name}.${index}`];
  return value || null;
}

async function unseal(sealed: string): Promise<SessionClaims | null> {
  return readClaims(await unsealToken({ token: sealed }));
}

/**
 * What next-auth's cookie says, sealed with the secret of now or with the one before it; null when it is damaged, expired
 * or not ours.
 */
export async function unsealToken({ token }: Pick<JWTDecodeParams, "token">): Promise<JWT | null> {
  const { authSecret, previousAuthSecrets } = config();
  for (const secret of [authSecret, ...previousAuthSecrets]) {
    const unsealed = await decode({ token, secret }).catch(() => null);
    if (unsealed) return unsealed;
  }
  return null;
}

const cache = new Map<string, { claims: SessionClaims; until: number }>();

function remember(key: string, claims: SessionClaims | null, now: number): SessionClaims | null {
  if (!claims) return null;
  const [oldest] = cache.keys();
  if (oldest !== undefined && cache.size >= CACHE_MAX_ENTRIES) cache.delete(oldest);
  cache.delete(key);
  cache.set(key, { claims, until: now + CACHE_TTL_MS });
  return claims;
}
