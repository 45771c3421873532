import { randomBytes } from "node:crypto";
import { config } from "@/server/config";
import { shared } from "@/server/shared";
import { parse, passwordReset } from "./fields";
import { hashPassword } from "./passwords";
import { Refused } from "./refused";
import { endAccess, publishEnded } from "./sessions";
import { sha256 } from "./sha256";

const SECRET_BYTES = 24;
const LIFETIME_MS = 60 * 60 * 1_000;
const TOKEN = /^[\w-]{32}$/;

export type ResetLinkMade = { url: string; expiresAt: string };

/** A link for one new password, good for an hour and once. A newer one ends those before it. */
export async function createResetLink(userId: string): Promise<ResetLinkMade> {
  const token = randomBytes(SECRET_BYTES).toString("base64url");
  const expiresAt = new Date(Date.now() + LIFETIME_MS);
  await shared().prisma.$transaction([
    shared().prisma.resetLink.deleteMany({ where: { OR: [{ userId }, { expiresAt: { lt: new Date() } }] } }),
    shared().prisma.resetLink.create({ data: { tokenHash: sha256(token), userId, expiresAt } }),
  ]);
  return { url: `${config().publicUrl}/reset/${token}`, expiresAt: expiresAt.toISOString() };
}

export async function isResetTokenGood(token: string): Promise<boolean> {
  return TOKEN.test(token) && (await shared().prisma.resetLink.count({ where: stillGood(token) })) > 0;
}

/**
 * Sets a new password, ends every session and unless `revokeTokens` is false every API token of the account.
 * @throws Refused "invite_invalid", the same for a link that was used, has expired or never was; "invalid".
 */
export async function resetPassword(input: { token: string; password: string; revokeTokens?: boolean }): Promise<void> {
  const { token, password, revokeTokens } = parse(passwordReset, input);
  if (!(await isResetTokenGood(token))) throw noLongerGood();
  const passwordHash = await hashPassword(password);

  const ended = await shared().prisma.$transaction(async (tx) => {
    // Of two that use it at once, one finds it.
    const [used] = await tx.$queryRaw<{ userId: string }[]>`
      DELETE FROM "ResetLink" WHERE "tokenHash" = ${sha256(token)} AND "expiresAt" > ${new Date()} RETURNING "userId"`;
    if (!used) throw noLongerGood();
    return endAccess(tx, used.userId, { passwordHash, revokeTokens });
  });
  publishEnded(ended);
}

function stillGood(token: string) {
  return { tokenHash: sha256(token), expiresAt: { gt: new Date() } };
}

function noLongerGood(): Refused {
  return new Refused("invite_invalid", "This link is not valid any more. Ask an owner of this server for a new one.");
}
