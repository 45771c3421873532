import { randomBytes } from "node:crypto";

type Policy = {
  nonce: string;
  socketOrigin: string;
  /** Another origin that takes the parts of uploads. */
  uploadOrigin: string | null;
  isSecure: boolean;
  isDevelopment: boolean;
};

export function makeNonce(): string {
  return randomBytes(16).toString("base64");
}

/**
 * Nothing runs, loads or connects but what we send. Scripts carry the answer's nonce; React writes
 * `style` attributes, and those alone may be inline. Development adds what hot reload needs: `eval`,
 * and the styles that it injects.
 */
export function contentSecurityPolicy({ nonce, socketOrigin, uploadOrigin, isSecure, isDevelopment }: Policy): string {
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${isDevelopment ? " 'unsafe-eval'" : ""}`,
    `style-src 'self' ${isDevelopment ? "'unsafe-inline'" : `'nonce-${nonce}'`}`,
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    // Older browsers do not take 'self' for the socket.
    `connect-src 'self' ${socketOrigin}${uploadOrigin ? ` ${uploadOrigin}` : ""}`,
    // A file that is played before it is sent.
    "media-src 'self' blob:",
    "frame-src 'none'",
    "frame-ancestors 'none'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    ...(isSecure ? ["upgrade-insecure-requests"] : []),
  ].join("; ");
}

/** What every answer carries beside its policy. */
export function securityHeaders({ isSecure }: { isSecure: boolean }): Record<string, string> {
  return {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    // Invite links are secrets in an address: no other site is told the page that one came from.
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(self), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-DNS-Prefetch-Control": "off",
    ...(isSecure && { "Strict-Transport-Security": "max-age=31536000; includeSubDomains" }),
  };
}
