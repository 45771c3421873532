import { createHash } from "node:crypto";

/** For what is random enough to need no slow hash: tokens, invites, session cookies. */
export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}
