import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";
import { parseCookie } from "cookie";
import { config } from "@/server/config";
import { isSecure, sessionCookieOptions } from "./session-cookie";

export const DEVICE_MAX_AGE_S = 365 * 24 * 60 * 60;
/** Accounts that one browser is known to; the one that has not signed in for the longest is forgotten. */
const ACCOUNTS_MAX = 5;
const BETWEEN = "~";
const ENTRY = /^([0-9a-f-]{36})\.([0-9a-f-]{36})\.(\d{1,12})\.([\w-]{43})$/;

type Device = { userId: string; deviceId: string; signedInAtS: number };

export const DEVICE_COOKIE = (secure: boolean) => `${secure ? "__Secure-" : ""}adda.device`;

export function deviceCookieOptions() {
  return { ...sessionCookieOptions(), maxAge: DEVICE_MAX_AGE_S };
}

/**
 * Under which id this account knows the browser, because somebody who knew its password signed in there within a year.
 * It proves nothing but that: it only keeps a stranger's guesses from delaying this browser.
 * @param cookieHeader a request's whole Cookie header.
 */
export function findDevice(cookieHeader: string | undefined, userId: string): string | null {
  return readDevices(cookieHeader).find((device) => device.userId === userId)?.deviceId ?? null;
}

/** The cookie's value after a sign-in: the accounts that it had, and this one first. */
export function sealDevice(cookieHeader: string | undefined, userId: string, now = Date.now()): string {
  const devices = readDevices(cookieHeader, now);
  const deviceId = devices.find((device) => device.userId === userId)?.deviceId ?? randomUUID();
  const others = devices.filter((device) => device.userId !== userId).slice(0, ACCOUNTS_MAX - 1);
  return [{ userId, deviceId, signedInAtS: Math.floor(now / 1_000) }, ...others].map(seal).join(BETWEEN);
}

function readDevices(cookieHeader: string | undefined, now = Date.now()): Device[] {
  const value = parseCookie(cookieHeader ?? "")[DEVICE_COOKIE(isSecure())] ?? "";
  return value
    .split(BETWEEN, ACCOUNTS_MAX)
    .map(open)
    .filter((device) => device !== null)
    .filter(({ signedInAtS }) => now / 1_000 - signedInAtS < DEVICE_MAX_AGE_S);
}

function seal({ userId, deviceId, signedInAtS }: Device): string {
  const text = `${userId}.${deviceId}.${signedInAtS}`;
  return `${text}.${sign(text, config().authSecret).toString("base64url")}`;
}

function open(entry: string): Device | null {
  const [, userId, deviceId, signedInAtS, signature] = ENTRY.exec(entry) ?? [];
  if (!userId || !deviceId || !signature) return null;
  const text = entry.slice(0, -signature.length - 1);
  const given = Buffer.from(signature, "base64url");
  const { authSecret, previousAuthSecrets } = config();
  if (![authSecret, ...previousAuthSecrets].some((secret) => timingSafeEqual(given, sign(text, secret)))) return null;
  return { userId, deviceId, signedInAtS: Number(signedInAtS) };
}

function sign(text: string, secret: string): Buffer {
  return createHmac("sha256", secret).update(`known device ${text}`).digest();
}
