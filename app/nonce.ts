import { headers } from "next/headers";

/** The nonce of this answer's Content-Security-Policy, for the few tags that libraries write themselves. */
export async function findNonce(): Promise<string | undefined> {
  const policy = (await headers()).get("content-security-policy");
  return policy?.match(/'nonce-([^']+)'/)?.[1];
}
