import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";

/**
 * Which headers tell the client's address: none, those of a proxy that sets `X-Forwarded-For` (or `Forwarded` alone),
 * or `Forwarded` only.
 */
export type TrustProxy = boolean | "forwarded";

/**
 * The client's address, for limits by address. Behind a trusted proxy it is the last hop of its header: the proxy wrote
 * that one itself, and the client can have written every hop before it.
 */
export function addressOf({ headers, socket }: IncomingMessage, trustProxy: TrustProxy): string {
  return withoutIPv4Prefix((trustProxy && forwardedFor(headers, trustProxy)) || (socket.remoteAddress ?? "unknown"));
}

function forwardedFor(headers: IncomingMessage["headers"], trustProxy: TrustProxy): string | null {
  const chain = headers["x-forwarded-for"];
  // A proxy that sets one of the headers passes the other on as the client wrote it.
  if (chain !== undefined && trustProxy !== "forwarded") return readNode(lastHop(chain));
  const [, node = ""] = /(?:^|;)\s*for\s*=\s*("[^"]*"|[^\s;]*)/i.exec(lastHop(headers.forwarded)) ?? [];
  return readNode(node.replace(/^"|"$/g, ""));
}

function lastHop(header: string | string[] | undefined): string {
  return [header].flat().join(",").split(",").at(-1)?.trim() ?? "";
}

/** `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1`, `[2001:db8::1]` or `[2001:db8::1]:4711`. */
function readNode(node: string): string | null {
  const address = /^\[([^\]]*)\](?::\d+)?$/.exec(node)?.[1] ?? /^([\d.]+):\d+$/.exec(node)?.[1] ?? node;
  return isIP(address) ? address : null;
}

/** A dual-stack socket names an IPv4 peer `::ffff:192.0.2.1`. */
function withoutIPv4Prefix(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, "");
}
