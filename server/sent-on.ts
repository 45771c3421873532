import type { IncomingMessage, ServerResponse } from "node:http";
import type { Config } from "./config";
import { logOncePer } from "./log-once-per";
import type { OwnHosts } from "./own-hosts";
import { isForwarded } from "./same-machine";

const HOUR_MS = 60 * 60_000;
/** Remembered for a moment at the address that sent a browser on, so that a proxy that leads back there makes no circle. */
const MARK = "adda-sent-on";

type Options = { config: Pick<Config, "publicUrl" | "hasPublicUrl">; hosts: OwnHosts };

/**
 * Sends a browser that opened a page under another name of this machine on to `PUBLIC_URL`: there alone the page could talk
 * to the server.
 * @returns whether it answered.
 */
export function sendToPublicUrl(request: IncomingMessage, response: ServerResponse, options: Options): boolean {
  const { config, hosts } = options;
  if (!config.hasPublicUrl || !opensPage(request) || isForwarded(request) || hosts.isSet(request)) return false;
  if (request.headers.cookie?.includes(`${MARK}=`)) return false;
  const { host } = request.headers;
  logOncePer(
    HOUR_MS,
    `sent-on ${host}`,
    "info",
    { host, publicUrl: config.publicUrl },
    "A browser opened another address and was sent on to PUBLIC_URL. To keep that address, add it to ALLOWED_ORIGINS.",
  );
  response.writeHead(307, {
    Location: config.publicUrl + (request.url?.startsWith("/") ? request.url : "/"),
    "Set-Cookie": `${MARK}=1; Max-Age=10; Path=/; HttpOnly; SameSite=Lax`,
    "Cache-Control": "no-store",
  });
  response.end();
  return true;
}

function opensPage({ method, headers }: IncomingMessage): boolean {
  return method === "GET" && headers.authorization === undefined && (headers.accept ?? "").includes("text/html");
}
