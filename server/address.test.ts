import type { IncomingMessage } from "node:http";
import { describe, expect, it } from "vitest";
import { addressOf } from "./address";

const PEER = "10.0.0.1";

const request = (headers: Record<string, string>, remoteAddress = `::ffff:${PEER}`) =>
  ({ headers, socket: { remoteAddress } }) as unknown as IncomingMessage;
const byChain = (chain: string) => addressOf(request({ "x-forwarded-for": chain }), true);
const byForwarded = (forwarded: string) => addressOf(request({ forwarded }), true);

describe("addressOf", () => {
  it("is the socket's without a trusted proxy, whatever a client claims", () => {
    expect(addressOf(request({ "x-forwarded-for": "203.0.113.9", forwarded: "for=203.0.113.9" }), false)).toBe(PEER);
    expect(addressOf(request({}, "2001:db8::1"), false)).toBe("2001:db8::1");
  });

  it("is what the proxy wrote last, not what the client wrote before it", () => {
    expect(byChain("1.2.3.4, 203.0.113.9")).toBe("203.0.113.9");
    expect(byChain("1.2.3.4,2001:db8::1")).toBe("2001:db8::1");
    expect(byForwarded("for=1.2.3.4, for=203.0.113.9;proto=https")).toBe("203.0.113.9");
    expect(byForwarded('for="1.2.3.4, for=203.0.113.9')).toBe("203.0.113.9");
  });

  it("is the socket's when nothing that was forwarded is an address", () => {
    for (const chain of ["unknown", "", "1.2.3.4:x", "[2001:db8::1", "[]:80", "999.1.1.1"]) {
      expect(byChain(chain), chain).toBe(PEER);
    }
    for (const forwarded of ["for=unknown", "for=_hidden", "by=203.0.113.9", "xfor=203.0.113.9", 'for=""']) {
      expect(byForwarded(forwarded), forwarded).toBe(PEER);
    }
    expect(addressOf(request({}), true)).toBe(PEER);
  });

  it("leaves out the port that some proxies write", () => {
    expect(byChain("203.0.113.9:51234")).toBe("203.0.113.9");
    expect(byChain("1.2.3.4:80, [2001:db8::7]:4711")).toBe("2001:db8::7");
    expect(byChain("[2001:db8::7]")).toBe("2001:db8::7");
    expect(byChain("[::ffff:203.0.113.9]:80")).toBe("203.0.113.9");
  });

  it("reads Forwarded as RFC 7239 has it", () => {
    expect(byForwarded("For=203.0.113.9")).toBe("203.0.113.9");
    expect(byForwarded('proto=http; for="203.0.113.9:47011"; by=10.0.0.2')).toBe("203.0.113.9");
    expect(byForwarded('for="[2001:db8:cafe::17]:4711"')).toBe("2001:db8:cafe::17");
  });

  it("believes X-Forwarded-For before a Forwarded that the client may have sent, and the other way where that is set", () => {
    const both = request({ "x-forwarded-for": "203.0.113.9", forwarded: "for=198.51.100.7" });
    expect(addressOf(both, true)).toBe("203.0.113.9");
    expect(addressOf(both, "forwarded")).toBe("198.51.100.7");
    expect(addressOf(request({ "x-forwarded-for": "203.0.113.9" }), "forwarded")).toBe(PEER);
  });
});
