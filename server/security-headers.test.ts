import { describe, expect, it } from "vitest";
import { contentSecurityPolicy, makeNonce, securityHeaders } from "./security-headers";

const policy = (change: Partial<Parameters<typeof contentSecurityPolicy>[0]> = {}) =>
  contentSecurityPolicy({
    nonce: "abc",
    socketOrigin: "wss://chat.example.org",
    uploadOrigin: null,
    isSecure: true,
    isDevelopment: false,
    ...change,
  });

describe("the Content-Security-Policy", () => {
  it("lets no inline script or style run but ours", () => {
    expect(policy()).toContain("script-src 'self' 'nonce-abc' 'strict-dynamic';");
    expect(policy()).toContain("style-src 'self' 'nonce-abc';");
    expect(policy()).not.toContain("unsafe-eval");
    expect(policy().replace("style-src-attr 'unsafe-inline'", "")).not.toContain("unsafe-inline");
  });

  it("keeps pages out of frames, and forms and connections at home", () => {
    for (const directive of ["frame-ancestors 'none'", "form-action 'self'", "base-uri 'none'", "object-src 'none'"]) {
      expect(policy()).toContain(directive);
    }
    expect(policy()).toContain("connect-src 'self' wss://chat.example.org;");
  });

  it("gives way in development only to what hot reload needs", () => {
    expect(policy({ isDevelopment: true })).toContain("'unsafe-eval'");
    expect(policy({ isDevelopment: true })).toContain("frame-ancestors 'none'");
  });

  it("has a new nonce each time, in the form that Next reads", () => {
    expect(makeNonce()).toMatch(/^[A-Za-z0-9+/]{22}==$/);
    expect(makeNonce()).not.toBe(makeNonce());
  });
});

it("asks for HTTPS for good only where Adda is on HTTPS", () => {
  expect(securityHeaders({ isSecure: true })).toHaveProperty("Strict-Transport-Security");
  expect(securityHeaders({ isSecure: false })).not.toHaveProperty("Strict-Transport-Security");
  expect(policy({ isSecure: false })).not.toContain("upgrade-insecure-requests");
});
