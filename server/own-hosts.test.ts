import type { IncomingMessage } from "node:http";
import { hostname } from "node:os";
import { expect, it } from "vitest";
import { readConfig } from "./config";
import { OwnHosts } from "./own-hosts";

const AUTH_SECRET = "x".repeat(32);
const request = (host?: string, origin?: string) => ({ headers: { host, origin } }) as IncomingMessage;

it.each(["localhost:3000", "127.0.0.1:4310", "[::1]:3000", hostname(), `${hostname()}.local:8080`, "chat.localhost"])(
  "%s is this machine, and its page may talk to it",
  (host) => {
    const hosts = new OwnHosts(readConfig({ AUTH_SECRET }));
    expect(hosts.isOwn(request(host))).toBe(true);
    expect(hosts.isOwnOrigin(request(host, `http://${host.toLowerCase()}`))).toBe(true);
    expect(hosts.isOwnOrigin(request(host, `https://${host.toLowerCase()}`))).toBe(true);
  },
);

it.each(["evil.example", "evil.example:3000", "localhost.evil.example", "127.0.0.1.evil.example", "", "@", "a b"])(
  "%j is not this machine",
  (host) => {
    const hosts = new OwnHosts(readConfig({ AUTH_SECRET }));
    expect(hosts.isOwn(request(host))).toBe(false);
    expect(hosts.isOwnOrigin(request(host, `http://${host}`))).toBe(false);
  },
);

it("a page of another site is never our own, whatever host it asks", () => {
  const hosts = new OwnHosts(readConfig({ AUTH_SECRET }));
  for (const origin of ["http://evil.example", "null", "http://localhost:9999", "localhost:3000", undefined]) {
    expect(hosts.isOwnOrigin(request("localhost:3000", origin))).toBe(false);
  }
});

it("with PUBLIC_URL the pages of that address alone are our own, and the machine's names still answer", () => {
  const hosts = new OwnHosts(readConfig({ AUTH_SECRET, PUBLIC_URL: "https://chat.example.org" }));
  expect(hosts.isOwn(request("chat.example.org"))).toBe(true);
  expect(hosts.isOwn(request("localhost:3000"))).toBe(true);
  expect(hosts.isOwnOrigin(request("chat.example.org", "https://chat.example.org"))).toBe(true);
  expect(hosts.isOwnOrigin(request("localhost:3000", "http://localhost:3000"))).toBe(false);
});

it("others in the network open the addresses at which Adda listens, and never a loopback address", () => {
  const hosts = new OwnHosts(readConfig({ AUTH_SECRET }));
  const all = hosts.addresses({ host: undefined, port: 3000 });
  expect(hosts.addresses({ host: "0.0.0.0", port: 3000 })).toEqual(all);
  expect(hosts.addresses({ host: "127.0.0.1", port: 3000 })).toEqual([]);
  for (const address of all) {
    const { hostname: name } = new URL(address);
    expect(hosts.addresses({ host: name.replace(/^\[|\]$/g, ""), port: 3000 })).toEqual([address]);
    expect(hosts.isOwn(request(`${name}:3000`))).toBe(true);
  }
});
