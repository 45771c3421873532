import { randomBytes } from "node:crypto";
import { config } from "@/server/config";
import type { Prisma } from "@/server/db/generated/client";
import { shared } from "@/server/shared";
import { Refused } from "./refused";
import { sha256 } from "./sha256";

const SECRET_BYTES = 24;
const LIFETIME_MS = 7 * 24 * 60 * 60 * 1_000;

export const NOT_SET_UP =
  "This server is not set up yet. Open the setup link that npm start printed, or run: npm run adda -- setup-link";

/** Who may make the first account: somebody on this machine, or somebody who shows a setup link's token. */
export type Founder = { isOnThisMachine?: boolean; setupToken?: string };

/**
 * A link for the first account, which owns the server. Kept as a hash and shared by all processes; several may be good at
 * a time, each for a week, and the first account ends them all.
 */
export async function createSetupLink(): Promise<string> {
  const { prisma } = shared();
  const token = randomBytes(SECRET_BYTES).toString("base64url");
  const now = Date.now();
  await prisma.setupLink.deleteMany({ where: { expiresAt: { lt: new Date(now) } } });
  await prisma.setupLink.create({ data: { tokenHash: sha256(token), expiresAt: new Date(now + LIFETIME_MS) } });
  return `${config().publicUrl}/setup/${token}`;
}

export async function isSetupToken(token: string): Promise<boolean> {
  const link = await shared().prisma.setupLink.findUnique({ where: { tokenHash: sha256(token) } });
  return link !== null && link.expiresAt.getTime() > Date.now();
}

/** @throws Refused "forbidden" */
export async function requireFounder({ isOnThisMachine, setupToken }: Founder): Promise<void> {
  if (isOnThisMachine || (setupToken && (await isSetupToken(setupToken)))) return;
  throw new Refused("forbidden", NOT_SET_UP);
}

export async function endSetupLinks(tx: Prisma.TransactionClient): Promise<void> {
  await tx.setupLink.deleteMany();
}
