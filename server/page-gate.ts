import { readdirSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { ERROR_STATUS, type ErrorPayload } from "@/protocol/errors";
import type { Config } from "./config";
import { networkOf } from "./domain/networks";
import { findSessionClaims, type SessionClaims } from "./domain/session-cookie";
import { TokenBuckets } from "./domain/token-buckets";
import { PageSlots } from "./page-slots";

/** Next resizes any picture of ours for anybody who asks; our pages use none of it. */
const IMAGE_PATH = "/_next/image";
const STATIC = /^\/(?:_next\/static|_next\/webpack-hmr|__nextjs|api)(?:\/|$)/;

/** A page, or a file of `public/`; neither REST nor what Next built. */
export function isPage(path: string): boolean {
  return !STATIC.test(path);
}

export type PageGate = (request: IncomingMessage, response: ServerResponse, path: string) => Promise<boolean>;

/**
 * Counts what Next renders, which takes many times the work of a REST request: pages, their parts that a browser fetches
 * ahead, and actions. Each account has a bucket for what is opened and one for what is fetched ahead, so that neither a
 * page full of links nor another person of the network keeps anybody from opening the next page; and renders two at once.
 * @returns a gate that answers false when it has answered the request itself.
 */
export function openPageGate(
  { pageRatePerUser, pageRatePerAddress }: Pick<Config, "pageRatePerUser" | "pageRatePerAddress">,
  publicFolder = join(import.meta.dirname, "../public"),
): PageGate {
  const byUser = new TokenBuckets(pageRatePerUser);
  const byAddress = new TokenBuckets(pageRatePerAddress);
  const slots = new PageSlots();
  const files = new Set(readdirSync(publicFolder).map((name) => `/${name}`));

  return async (request, response, path) => {
    if (path === IMAGE_PATH) {
      refuse(request, response, { code: "not_found", message: "There is nothing here." });
      return false;
    }
    if (STATIC.test(path) || files.has(path)) return true;

    const session = await findSessionClaims(request.headers.cookie);
    const waitMs = take(request, session);
    if (waitMs > 0) {
      refuse(request, response, tooFast(waitMs));
      return false;
    }
    const leave = session && (await slots.enter(`${session.userId} ${session.sessionVersion}`));
    if (leave) response.once("close", leave);
    // A reader that went away while it waited frees its turn at once.
    if (response.destroyed) leave?.();
    return !response.destroyed;
  };

  function take({ headers }: IncomingMessage, session: SessionClaims | null): number {
    const network = networkOf(String(headers["x-adda-address"]));
    if (!session) return byAddress.take(`visitors ${network}`);
    const isAhead =
      headers["next-router-prefetch"] !== undefined || headers["next-router-segment-prefetch"] !== undefined;
    // The version too: a cookie that was revoked takes no tokens of the account's own.
    const account = `${session.userId} ${session.sessionVersion} ${isAhead ? "ahead" : "opened"}`;
    // The account first: what it is refused costs its network nothing.
    return byUser.take(account) || byAddress.take(`members ${network}`);
  }
}

function tooFast(retryAfterMs: number): ErrorPayload {
  const seconds = Math.ceil(retryAfterMs / 1_000);
  const wait = seconds === 1 ? "a second" : `${seconds} seconds`;
  return { code: "rate_limited", message: `Too many pages at once. Wait ${wait} and try again.`, retryAfterMs };
}

/** A page for a browser that navigates, JSON for a script. */
export function refuse({ headers, method }: IncomingMessage, response: ServerResponse, error: ErrorPayload): void {
  const isScript = headers.rsc !== undefined || headers["next-action"] !== undefined;
  const wantsPage = !isScript && String(headers.accept ?? "").includes("text/html");
  response.writeHead(ERROR_STATUS[error.code], {
    "Content-Type": wantsPage ? "text/html; charset=utf-8" : "application/json",
    "Cache-Control": "no-store",
    ...(error.retryAfterMs !== undefined && { "Retry-After": String(Math.ceil(error.retryAfterMs / 1_000)) }),
  });
  if (method === "HEAD") return void response.end();
  response.end(wantsPage ? pageOf(error.message) : JSON.stringify({ error }));
}

/** Without a style sheet or a script of ours: what is asked for too often must cost nothing. */
function pageOf(message: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${message.split(".", 1)[0]} · Adda</title>
<main style="max-width:26rem;margin:18vh auto;padding:0 1rem;font:1rem/1.6 system-ui,sans-serif">
<h1 style="font-size:1.25rem">Adda</h1>
<p>${message}</p>
<p><a href="">Try again</a></p>
</main>
</html>
`;
}
