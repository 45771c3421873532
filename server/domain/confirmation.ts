import { shared } from "@/server/shared";
import { countAttempt, forgiveAttempt } from "./attempts";
import { isPassword } from "./passwords";
import { Refused } from "./refused";
import type { SessionProof } from "./sessions";

/** A session counts as confirmed for this long after the password was given in it. */
export const CONFIRMED_FOR_MS = 10 * 60_000;

/** Whether the password was given in this session within the last ten minutes. A token never is. */
export function isConfirmed({ confirmedAt }: Pick<SessionProof, "confirmedAt">, now = Date.now()): boolean {
  return confirmedAt !== null && now - confirmedAt.getTime() < CONFIRMED_FOR_MS;
}

/**
 * For changes that outlive a session or take over an account: a session that was left open is not enough for them.
 * @param currentPassword may be left out when the password was given in this session within the last ten minutes.
 * @throws Refused "password_required" when it is missing, "invalid" (field `currentPassword`) when it is wrong,
 *   "rate_limited" after many wrong ones.
 */
export async function requireConfirmed(proof: SessionProof, currentPassword: string | undefined): Promise<void> {
  if (currentPassword || !isConfirmed(proof)) await requirePassword(proof, currentPassword);
}

/** The same, for changes that ask for the password each time. */
export async function requirePassword(proof: SessionProof, currentPassword: string | undefined): Promise<void> {
  const field = "currentPassword";
  if (!currentPassword) throw new Refused("password_required", "Enter your current password to do this.", { field });

  const { viewer, tokenId } = proof;
  const attempt = await countAttempt({ account: viewer.email, place: { proofId: tokenId } });
  const { passwordHash } = await shared().prisma.user.findUniqueOrThrow({ where: { id: viewer.id } });
  if (!(await isPassword(passwordHash, currentPassword))) {
    throw new Refused("invalid", "This is not your current password.", { field });
  }
  await forgiveAttempt(attempt);
}
