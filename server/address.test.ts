import type { IncomingMessage } from "node:http";
import { describe, expect, it } from "vitest";
import { addressOf } from "./address";

const request = (forwarded: string | undefined, remoteAddress = "::ffff:10.0.0.1") =>
  ({ headers: { "x-forwarded-for": forwarded }, socket: { remoteAddress } }) as unknown as IncomingMessage;

describe("addressOf", () => {
  it("is the socket's, whatever a client claims", () => {
    expect(addressOf(request("203.0.113.9"), false)).toBe("10.0.0.1");
    expect(addressOf(request(undefined, "2001:db8::1"), false)).toBe("2001:db8::1");
  });

  it("is what our proxy wrote last, not what the client wrote before it", () => {
    expect(addressOf(request("1.2.3.4, 203.0.113.9"), true)).toBe("203.0.113.9");
    expect(addressOf(request("1.2.3.4,2001:db8::1"), true)).toBe("2001:db8::1");
  });

  it("is the socket's when what was forwarded is no address", () => {
    expect(addressOf(request("unknown"), true)).toBe("10.0.0.1");
    expect(addressOf(request(""), true)).toBe("10.0.0.1");
    expect(addressOf(request(undefined), true)).toBe("10.0.0.1");
  });
});
