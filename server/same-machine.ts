import type { IncomingMessage } from "node:http";
import ipaddr from "ipaddr.js";
import { addressOf, type TrustProxy } from "./address";

/** What proxies add. nginx adds nothing unless it is told to, but speaks HTTP/1.0 or passes the public name on. */
const FORWARDED = /^(forwarded|via|(x|cf|true)-.*(forwarded|real-ip|client-ip|connecting-ip).*)$/;
const OWN_NAMES = new Set(["localhost", "127.0.0.1", "[::1]"]);
/** Ranges that RFC 5737 and RFC 3849 keep for documents: no visitor has such an address, only a test's pretended proxy. */
const EXAMPLES = ["192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32"].map(ipaddr.parseCIDR);

/**
 * Whether a browser or a program on this machine asks, and no proxy on this machine for somebody elsewhere. Ask before the
 * headers of an unknown proxy are dropped.
 */
export function isFromThisMachine(request: IncomingMessage): boolean {
  const { headers, socket } = request;
  // A page elsewhere whose name was made to lead here: the browser still gives that name.
  const isOwnName = OWN_NAMES.has((headers.host ?? "").replace(/:\d+$/, "").toLowerCase());
  return !isForwarded(request) && isOwnName && isLoopback(socket.remoteAddress ?? "");
}

/** Whether a proxy passed it on, as far as that shows. */
export function isForwarded({ headers, httpVersion }: IncomingMessage): boolean {
  return httpVersion !== "1.1" || Object.keys(headers).some((name) => FORWARDED.test(name));
}

/** The same, or a trusted proxy on this machine asks, for somebody on this machine. */
export function isForThisMachine(request: IncomingMessage, trustProxy: TrustProxy): boolean {
  if (isFromThisMachine(request)) return true;
  if (!trustProxy || !isLoopback(request.socket.remoteAddress ?? "")) return false;
  const isToldWhom = request.headers["x-forwarded-for"] !== undefined || request.headers.forwarded !== undefined;
  const client = addressOf(request, trustProxy);
  return isToldWhom && (isLoopback(client) || isExample(client));
}

function isLoopback(address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.process(address).range() === "loopback";
}

function isExample(address: string): boolean {
  const parsed = ipaddr.process(address);
  return EXAMPLES.some((range) => range[0].kind() === parsed.kind() && parsed.match(range));
}
