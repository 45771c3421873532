import { z } from "zod";
import type { Account, AccountPage } from "@/protocol/accounts";
import { PAGE_SIZE, SEARCH_MAX_LENGTH } from "@/protocol/limits";
import type { Prisma } from "@/server/db/generated/client";
import { log } from "@/server/log";
import { shared } from "@/server/shared";
import { containing } from "./like";
import { canAdminister } from "./permissions";
import { Refused } from "./refused";
import { createResetLink, type ResetLinkMade } from "./reset-links";
import { endAccess, publishEnded } from "./sessions";
import { isUuid } from "./slugs";
import type { Viewer } from "./viewer";

/** Who administers: an owner of the server, or whoever runs the operator command on its machine. */
export type Administrator = Viewer | "operator";

export const accountsAsked = z.object({
  query: z.string().max(SEARCH_MAX_LENGTH, `query has at most ${SEARCH_MAX_LENGTH} characters.`).optional(),
  after: z.string().refine(isUuid, "after is the id of the last account of the page before.").optional(),
});

/** A page of accounts, the newest first. @returns `next` for the page after it, null at the end. */
export async function listAccounts(
  by: Administrator,
  { query, after, limit = PAGE_SIZE }: { query?: string; after?: string; limit?: number } = {},
): Promise<AccountPage> {
  requireAdministrator(by);
  const sought = query?.trim() ? containing(query.trim()) : null;
  const { rows } = await shared().pool.query<AccountRow>({
    name: "accounts",
    text: `
      SELECT id, name, email, role, "createdAt", "deactivatedAt" FROM "User"
      WHERE role <> 'system' AND ($1::text IS NULL OR name ILIKE $1 OR email ILIKE $1) AND ($2::uuid IS NULL OR id < $2)
      ORDER BY id DESC LIMIT $3`,
    values: [sought, after ?? null, limit + 1],
  });
  const page = rows.slice(0, limit);
  return { people: page.map(toAccount), next: rows.length > limit ? (page.at(-1)?.id ?? null) : null };
}

/** @throws Refused not_found */
export async function requireAccountByEmail(email: string): Promise<Account> {
  const row = await shared().prisma.user.findFirst({
    where: { email: email.trim().toLowerCase(), role: { not: "system" } },
  });
  if (!row) throw new Refused("not_found", "There is no account with this e-mail address.");
  return toAccount(row as AccountRow);
}

/**
 * Deactivates an account: nobody signs in to it, its sessions, sockets and tokens end at once, its messages stay. Or
 * activates it again; its tokens do not come back.
 * @throws Refused not_found; "conflict" for the last active owner of the server.
 */
export async function setActive(by: Administrator, userId: string, active: boolean): Promise<Account> {
  requireAdministrator(by);
  const ended = await shared().prisma.$transaction(async (tx) => {
    const account = await lockAccount(tx, userId);
    if (account.active === active) return null;
    if (active) {
      await tx.user.update({ where: { id: userId }, data: { deactivatedAt: null } });
      return null;
    }
    await requireAnotherOwner(tx, account);
    return endAccess(tx, userId, { deactivatedAt: new Date(), revokeTokens: true });
  });
  if (ended) publishEnded(ended);
  note(by, active ? "activated" : "deactivated", userId);
  return findAccount(userId);
}

/** Makes somebody an owner of the server, or takes that back. @throws Refused not_found, conflict */
export async function setServerRole(by: Administrator, userId: string, role: "owner" | "member"): Promise<Account> {
  requireAdministrator(by);
  await shared().prisma.$transaction(async (tx) => {
    const account = await lockAccount(tx, userId);
    if (role === "member") await requireAnotherOwner(tx, account);
    if (role === "owner" && !account.active) throw new Refused("conflict", "Activate this account first.");
    await tx.user.update({ where: { id: userId }, data: { role } });
  });
  note(by, `made ${role}`, userId);
  return findAccount(userId);
}

/** Signs somebody out of every browser; API tokens too. */
export async function endAccessOf(by: Administrator, userId: string): Promise<void> {
  requireAdministrator(by);
  const ended = await shared().prisma.$transaction(async (tx) => {
    await lockAccount(tx, userId);
    return endAccess(tx, userId, { revokeTokens: true });
  });
  publishEnded(ended);
  note(by, "signed out everywhere", userId);
}

/** A link with which somebody who forgot their password chooses a new one. */
export async function createResetLinkFor(by: Administrator, userId: string): Promise<ResetLinkMade> {
  requireAdministrator(by);
  const account = await findAccount(userId);
  if (!account.active) throw new Refused("conflict", "This account is deactivated. Activate it first.");
  const link = await createResetLink(userId);
  note(by, "made a reset link", userId);
  return link;
}

type AccountRow = Omit<Account, "active" | "createdAt"> & { createdAt: Date; deactivatedAt: Date | null };

function toAccount({ id, name, email, role, createdAt, deactivatedAt }: AccountRow): Account {
  return { id, name, email, role, active: deactivatedAt === null, createdAt: createdAt.toISOString() };
}

async function findAccount(userId: string): Promise<Account> {
  const row = isUuid(userId)
    ? await shared().prisma.user.findFirst({ where: { id: userId, role: { not: "system" } } })
    : null;
  if (!row) throw new Refused("not_found", "There is no such account.");
  return toAccount(row as AccountRow);
}

/** Every owner's row is locked in one order: two owners who deactivate each other do so one after the other. */
async function lockAccount(tx: Prisma.TransactionClient, userId: string): Promise<Account> {
  if (isUuid(userId)) {
    const rows = await tx.$queryRaw<AccountRow[]>`
      SELECT id, name, email, role, "createdAt", "deactivatedAt" FROM "User"
      WHERE (role = 'owner' OR id = ${userId}::uuid) AND role <> 'system' ORDER BY id FOR NO KEY UPDATE`;
    const row = rows.find(({ id }) => id === userId.toLowerCase());
    if (row) return toAccount(row);
  }
  throw new Refused("not_found", "There is no such account.");
}

async function requireAnotherOwner(tx: Prisma.TransactionClient, account: Account): Promise<void> {
  if (account.role !== "owner") return;
  const others = await tx.user.count({ where: { role: "owner", deactivatedAt: null, id: { not: account.id } } });
  if (others === 0)
    throw new Refused("conflict", "This is the last active owner of the server. Make another one first.");
}

/** Not found rather than forbidden: the pages of owners do not exist for others. @throws Refused not_found */
export function requireAdministrator(by: Administrator): void {
  if (by === "operator" || canAdminister(by)) return;
  throw new Refused("not_found", "There is nothing here.");
}

/** Who did what to whom, by id. */
function note(by: Administrator, what: string, userId: string): void {
  log.info({ by: by === "operator" ? by : by.id, userId }, `An account was administered: ${what}.`);
}
