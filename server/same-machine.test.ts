import type { IncomingMessage } from "node:http";
import { expect, it } from "vitest";
import { isForThisMachine } from "./same-machine";

type Asked = { peer?: string; headers?: Record<string, string>; httpVersion?: string };

const request = ({ peer = "127.0.0.1", headers = {}, httpVersion = "1.1" }: Asked) =>
  ({
    httpVersion,
    headers: { host: "localhost:3000", ...headers },
    socket: { remoteAddress: peer },
  }) as IncomingMessage;
const isFor = (asked: Asked, trustProxy: boolean | "forwarded" = false) => isForThisMachine(request(asked), trustProxy);
const nginx = (client: string): Asked => ({ headers: { host: "chat.example.org", "x-forwarded-for": client } });

it("a browser on this machine is on it, whatever it calls the machine", () => {
  expect(isFor({})).toBe(true);
  expect(isFor({ peer: "::1", headers: { host: "[::1]:3000" } })).toBe(true);
  expect(isFor({ peer: "::ffff:127.0.0.1", headers: { host: "127.0.0.1:3000" } })).toBe(true);
});

it("a browser elsewhere is not, also when it claims to be", () => {
  for (const peer of ["192.168.1.7", "172.17.0.1", "2a00:1450::1", "203.0.113.9"]) {
    expect(isFor({ peer }), peer).toBe(false);
    expect(isFor({ peer, headers: { "x-forwarded-for": "127.0.0.1" } }, true), peer).toBe(false);
  }
});

it("a page whose name was made to lead here is not", () => {
  expect(isFor({ headers: { host: "evil.example:3000" } })).toBe(false);
});

it("what an unknown proxy on this machine passes on is not, however little the proxy says", () => {
  const signs = [
    "x-forwarded-for",
    "x-forwarded-proto",
    "forwarded",
    "via",
    "x-real-ip",
    "cf-connecting-ip",
    "true-client-ip",
  ];
  for (const sign of signs) expect(isFor({ headers: { [sign]: "127.0.0.1" } }), sign).toBe(false);
  expect(isFor({ httpVersion: "1.0" })).toBe(false);
});

it("what a trusted proxy on this machine passes on is, when it comes from this machine", () => {
  expect(isFor(nginx("127.0.0.1"), true)).toBe(true);
  expect(isFor(nginx("::1"), true)).toBe(true);
  expect(isFor(nginx("192.168.1.7"), true)).toBe(false);
  expect(isFor(nginx("127.0.0.1, 8.8.8.8"), true)).toBe(false);
  expect(isFor({ headers: { host: "chat.example.org" } }, true)).toBe(false);
});

it("addresses that only documents have are a test's", () => {
  expect(isFor(nginx("203.0.113.9:4711"), true)).toBe(true);
  expect(isFor(nginx("[2001:db8::7]:4711"), true)).toBe(true);
});
