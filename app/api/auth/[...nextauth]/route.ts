import { stringifySetCookie } from "cookie";
import { NextRequest } from "next/server";
import NextAuth from "next-auth";
import { authOptions } from "@/app/auth-options";
import { FORM_MAX_BYTES } from "@/protocol/limits";
import { config } from "@/server/config";
import { DEVICE_COOKIE, deviceCookieOptions, sealDevice } from "@/server/domain/device-cookie";
import { Refused } from "@/server/domain/refused";
import { isSecure } from "@/server/domain/session-cookie";
import { readText } from "../../body";
import { type Call, routes } from "../../routes";
import { withOwnCallback, withoutCallback, withoutCallbackCookie } from "../callback-url";

/** What our pages and next-auth's own client use. Its built-in pages and its log for anybody to write to are shut. */
const GETS = new Set(["csrf", "session", "providers"]);
const POSTS = new Set(["callback/credentials", "signout", "session"]);

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: (call) => authenticate(call, GETS),
  POST: (call) => authenticate(call, POSTS),
});

async function authenticate({ request, origin }: Call, actions: ReadonlySet<string>): Promise<Response> {
  const action = new URL(request.url).pathname.replace(/^\/api\/auth\//, "");
  if (!actions.has(action)) throw new Refused("not_found", "There is nothing here.");

  // next-auth reads a body of any size.
  const text = request.method === "POST" ? await readText(request, FORM_MAX_BYTES) : undefined;
  const body = text && withOwnCallback(text, request.headers.get("content-type"), config().publicUrl);
  const headers = withoutCallbackCookie(request.headers);
  const limited = new NextRequest(withoutCallback(request.url), { method: request.method, headers, body });
  let signedInId: string | undefined;
  const answer: Response = await NextAuth(
    limited,
    { params: Promise.resolve({ nextauth: action.split("/") }) },
    authOptions(origin, ({ id }) => {
      signedInId = id;
    }),
  );
  if (signedInId) answer.headers.append("set-cookie", deviceCookie(origin.cookie, signedInId));
  // To ask who is signed in changes no cookie. next-auth takes a revoked one away, and when another tab has just
  // changed the password, what it takes away is the new one.
  if (request.method === "GET" && action === "session") answer.headers.delete("set-cookie");
  return answer;
}

function deviceCookie(had: string | undefined, userId: string): string {
  return stringifySetCookie(DEVICE_COOKIE(isSecure()), sealDevice(had, userId), deviceCookieOptions());
}
