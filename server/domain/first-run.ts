import { LOBBY_SLUG } from "@/protocol/limits";
import type { Prisma, PrismaClient } from "@/server/db/generated/client";
import { shared } from "@/server/shared";
import { NOBODYS_HASH } from "./passwords";
import { endSetupLinks } from "./setup-links";

/** Any fixed number that no other lock of ours has: it spells "adda". */
const FIRST_RUN_LOCK = 0x61646461;

/** No address has this form, so nobody can sign in or sign up with it. */
const SYSTEM_EMAIL = "adda";
const WELCOME = [
  "Welcome to Adda! This is the lobby: everybody who signs up is in it.",
  "Open a room for each thing that you talk about, and invite the people who should be there.",
].join("\n");

type NewUser = { name: string; email: string; passwordHash: string };

/** Whether nobody has an account yet: the next to sign up becomes the owner. */
export async function isFirstRun(): Promise<boolean> {
  return !(await hasPeople(shared().prisma));
}

/**
 * Makes the owner, the lobby and its welcome in one transaction.
 * Of two first visitors one is let in by the lock; the other finds that somebody was first, and gets null.
 */
export async function openServer(owner: NewUser): Promise<{ id: string } | null> {
  return shared().prisma.$transaction(async (tx) => {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(${FIRST_RUN_LOCK})`;
    if (await hasPeople(tx)) return null;

    const { id } = await tx.user.create({ data: { ...owner, role: "owner" } });
    await openLobby(tx, id);
    await endSetupLinks(tx);
    return { id };
  });
}

async function openLobby(tx: Prisma.TransactionClient, ownerId: string): Promise<void> {
  const adda = await tx.user.create({
    data: { name: "Adda", email: SYSTEM_EMAIL, passwordHash: NOBODYS_HASH, role: "system" },
  });
  const lobby = await tx.room.create({
    data: {
      slug: LOBBY_SLUG,
      name: "Lobby",
      topic: "Where everybody meets",
      createdById: ownerId,
      lastSeq: 1,
      memberships: { create: { userId: ownerId, role: "owner" } },
    },
  });
  await tx.message.create({
    data: { roomId: lobby.id, seq: 1, rev: 1, authorId: adda.id, clientId: "welcome", body: WELCOME },
  });
}

async function hasPeople(db: PrismaClient | Prisma.TransactionClient): Promise<boolean> {
  const somebody = await db.user.findFirst({ where: { role: { not: "system" } }, select: { id: true } });
  return somebody !== null;
}
