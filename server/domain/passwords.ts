import { hash, verify } from "@node-rs/argon2";
import { normalizeBounded } from "@/protocol/bounded-text";
import { PASSWORD_MAX_LENGTH } from "@/protocol/limits";

/** OWASP's parameters for argon2id, which is the library's default: 19 MiB, two passes, one lane. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/**
 * The hash of a password that nobody knows, at the same cost as every other: checked when there is no
 * such account, so that the answer takes as long as for a wrong password.
 */
export const NOBODYS_HASH =
  "$argon2id$v=19$m=19456,t=2,p=1$S/1JeHdcegLLYawHbqouqQ$6aKOiRJmOfH/YAk/n6htiPpAPAON8+Xo80ftgyvCYDk";

export function hashPassword(password: string): Promise<string> {
  return hash(normalized(password), COST);
}

export function isPassword(passwordHash: string, password: string): Promise<boolean> {
  return verify(passwordHash, normalized(password));
}

/**
 * One password, whichever keyboard typed it: "é" is one character on one and two on another.
 * @throws RangeError for one that no field lets through.
 */
function normalized(password: string): string {
  const text = normalizeBounded(password, PASSWORD_MAX_LENGTH, "NFKC");
  if (text === null) throw new RangeError("The password is longer than its field allows.");
  return text;
}
