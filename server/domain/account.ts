import type { z } from "zod";
import { Prisma } from "@/server/db/generated/client";
import { shared } from "@/server/shared";
import { countAttempt } from "./attempts";
import { requirePassword } from "./confirmation";
import { accountChanges, parse } from "./fields";
import { hashPassword } from "./passwords";
import { Refused } from "./refused";
import { raiseSessionVersion, type SessionProof } from "./sessions";
import type { Viewer } from "./viewer";

export type AccountChanges = z.input<typeof accountChanges>;

/**
 * Changes the viewer's name, e-mail address or password. The last two ask for the current password each time; a new
 * password ends every session and token of the account, this one too.
 * @throws Refused "password_required", "invalid" (field `currentPassword`, or `email` for an address that is taken)
 */
export async function changeAccount(proof: SessionProof, input: AccountChanges): Promise<Viewer> {
  const { name, email, password, currentPassword } = parse(accountChanges, input);
  const { viewer } = proof;
  if (email !== undefined || password !== undefined) await requirePassword(proof, currentPassword);

  const data = { ...(name !== undefined && { name }), ...(email !== undefined && { email }) };
  if (Object.keys(data).length > 0) await update(proof, data);
  if (name !== undefined) shared().backplane.publishControl({ type: "renamed", userId: viewer.id, name });
  const changed = { ...viewer, ...data };
  if (password === undefined) return changed;
  return raiseSessionVersion(changed, { passwordHash: await hashPassword(password), revokeTokens: true });
}

/** Only somebody who gave their own password learns that an address is taken, and each such try counts as a wrong password. */
async function update(
  { viewer: { id, email }, tokenId: proofId }: SessionProof,
  data: { name?: string; email?: string },
): Promise<void> {
  try {
    await shared().prisma.user.update({ where: { id }, data });
  } catch (error) {
    const isTaken = error instanceof Prisma.PrismaClientKnownRequestError && error.code === "P2002";
    if (!isTaken) throw error;
    await countAttempt({ account: email, place: { proofId } });
    throw new Refused("invalid", "This e-mail address cannot be used.", { field: "email" });
  }
}
