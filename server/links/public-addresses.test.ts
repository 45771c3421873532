import { networkInterfaces } from "node:os";
import { expect, it } from "vitest";
import { isPublicAddress } from "./public-addresses";

it.each(["93.184.215.14", "1.1.1.1", "2606:4700:4700::1111", "2a00:1450:4001:81b::200e"])("%s is public", (address) => {
  expect(isPublicAddress(address)).toBe(true);
});

it.each([
  ["this host", ["0.0.0.0", "0.1.2.3", "127.0.0.1", "127.255.255.254", "::", "::1"]],
  ["private", ["10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "fc00::1", "fd12:3456::1"]],
  ["link-local", ["169.254.0.1", "fe80::1", "febf::1"]],
  [
    "where machines are told their secrets",
    ["169.254.169.254", "fd00:ec2::254", "168.63.129.16", "100.100.100.200", "192.0.0.192"],
  ],
  [
    "shared, for tests, or reserved",
    [
      "100.64.0.1",
      "192.0.2.1",
      "198.51.100.1",
      "203.0.113.1",
      "198.18.0.1",
      "240.0.0.1",
      "255.255.255.255",
      "2001:db8::1",
      "100::1",
    ],
  ],
  ["for many", ["224.0.0.1", "239.255.255.250", "ff02::1"]],
  [
    "an address within another",
    [
      "::ffff:127.0.0.1",
      "::ffff:93.184.215.14",
      "::ffff:7f00:1",
      "::127.0.0.1",
      "::7f00:1",
      "::a00:1",
      "64:ff9b::7f00:1",
      "64:ff9b:1::1",
      "2002:7f00:1::",
      "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    ],
  ],
  ["no address", ["", "localhost", "127.1", "1", "0x7f000001", "fe80::1%eth0", "93.184.215.14:80"]],
])("%s is not public", (_, addresses) => {
  expect(addresses.filter(isPublicAddress)).toEqual([]);
});

it("this machine's own addresses are not public, whatever their number", () => {
  const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  expect(own.map(({ address }) => address).filter(isPublicAddress)).toEqual([]);
});
