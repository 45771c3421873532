import ipaddr from "ipaddr.js";

/**
 * What counts as one address: an IPv4 address, or the /64 that one IPv6 customer has, since a single
 * machine there has more addresses than we could ever count attempts for.
 */
export function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  if (parsed.kind() === "ipv4") return parsed.toString();
  const groups = (parsed as ipaddr.IPv6).parts.slice(0, 4);
  return `${groups.map((group) => group.toString(16)).join(":")}::/64`;
}
