import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";

/**
 * Who asks, for limits by address. Behind a proxy of ours it is the last hop of `X-Forwarded-For`: that
 * one the proxy wrote itself, and every hop before it is the client's word.
 */
export function addressOf(request: IncomingMessage, trustProxy: boolean): string {
  const forwarded = trustProxy ? lastHop(request.headers["x-forwarded-for"]) : null;
  return withoutIPv4Prefix(forwarded ?? request.socket.remoteAddress ?? "unknown");
}

function lastHop(header: string | string[] | undefined): string | null {
  const hop = [header].flat().join(",").split(",").at(-1)?.trim() ?? "";
  return isIP(hop) ? hop : null;
}

/** A dual-stack socket names an IPv4 peer `::ffff:192.0.2.1`. */
function withoutIPv4Prefix(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/, "");
}
