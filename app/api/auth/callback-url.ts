import { ownPath } from "@/app/own-path";

const NAME = "callbackUrl";
const COOKIE = /(^|;\s*)(__Secure-)?next-auth\.callback-url=[^;]*/g;

/** next-auth answers an address that is none with a fault of its own; ours lead to our own pages alone. */
export function withOwnCallback(fields: string, contentType: string | null, publicUrl: string): string {
  if (contentType?.startsWith("application/json")) return withOwnJsonCallback(fields, publicUrl);
  const given = new URLSearchParams(fields);
  if (given.has(NAME)) given.set(NAME, ownAddress(given.get(NAME), publicUrl));
  return given.toString();
}

/** The query without it: what next-auth answers to a GET leads nowhere. */
export function withoutCallback(url: string): string {
  const address = new URL(url);
  address.searchParams.delete(NAME);
  return address.href;
}

/** The cookie in which next-auth remembers it is never asked for. */
export function withoutCallbackCookie(headers: Headers): Headers {
  const kept = new Headers(headers);
  const cookie = headers.get("cookie")?.replace(COOKIE, "").replace(/^;\s*/, "");
  if (cookie) kept.set("cookie", cookie);
  else kept.delete("cookie");
  return kept;
}

function withOwnJsonCallback(fields: string, publicUrl: string): string {
  try {
    const given: unknown = JSON.parse(fields);
    if (typeof given !== "object" || given === null || !(NAME in given)) return fields;
    return JSON.stringify({ ...given, [NAME]: ownAddress(given[NAME], publicUrl) });
  } catch {
    return fields;
  }
}

function ownAddress(wanted: unknown, publicUrl: string): string {
  const isOurs = typeof wanted === "string" && wanted.startsWith(`${publicUrl}/`);
  return publicUrl + ownPath(isOurs ? wanted.slice(publicUrl.length) : wanted);
}
