import { networkInterfaces } from "node:os";
import ipaddr from "ipaddr.js";

/** Public by their number, and answered within a provider's network: where its machines are told their secrets. */
const METADATA = new Set(["168.63.129.16"]);

/** All of IPv6 that was ever given out: whatever lies elsewhere carries another address inside, or none of the web. */
const GIVEN_OUT = ipaddr.IPv6.parseCIDR("2000::/3");

/**
 * True for an address of the open web. False for this machine's own, for private, link-local, shared, multicast and
 * reserved ones, and for those that carry another address inside, mapped or tunnelled: what is not known to be public
 * is not.
 */
export function isPublicAddress(text: string): boolean {
  if (!ipaddr.isValid(text)) return false;
  const address = ipaddr.parse(text);
  if (address instanceof ipaddr.IPv6 && !address.match(GIVEN_OUT)) return false;
  const plain = address.toString();
  return address.range() === "unicast" && !METADATA.has(plain) && !ownAddresses().has(plain);
}

/** Asked each time: a machine gains and loses addresses. */
function ownAddresses(): Set<string> {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return new Set(all.map(({ address }) => ipaddr.parse(address.split("%")[0] ?? "").toString()));
}
