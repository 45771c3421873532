import { randomBytes } from "node:crypto";
import { config } from "@/server/config";
import { batched } from "@/server/db/batched";
import type { Prisma } from "@/server/db/generated/client";
import { shared } from "@/server/shared";
import { newToken, parse } from "./fields";
import { Refused } from "./refused";
import { sha256 } from "./sha256";
import { isUuid } from "./slugs";
import type { Viewer } from "./viewer";

/** Lets people and secret scanners see what it is. */
const PREFIX = "adda_";
const SECRET_BYTES = 32;
const TOKEN = /^adda_[\w-]{43}$/;
const DAY_MS = 24 * 60 * 60 * 1_000;

type TokenFacts = { id: string; name: string; createdAt: string; expiresAt: string | null };
export type Token = TokenFacts & { lastUsedAt: string | null };
export type NewToken = TokenFacts & { token: string };

/** Makes a token for a bot. What it returns is the only time that the token itself is seen. */
export async function createToken(viewer: Viewer, input: { name: string; expiresInDays?: number }): Promise<NewToken> {
  const { name, expiresInDays } = parse(newToken, input);
  const token = PREFIX + randomBytes(SECRET_BYTES).toString("base64url");
  const expiresAt = expiresInDays === undefined ? null : new Date(Date.now() + expiresInDays * DAY_MS);

  const { id, createdAt } = await shared().prisma.$transaction(async (tx) => {
    await lockAccount(tx, viewer);
    await refuseTooManyTokens(tx, viewer);
    return tx.token.create({ data: { userId: viewer.id, name, tokenHash: sha256(token), expiresAt } });
  });
  return { id, name, createdAt: createdAt.toISOString(), expiresAt: expiresAt?.toISOString() ?? null, token };
}

/** Those that have expired too: their owner sees why a bot was refused. */
export async function listTokens(viewer: Viewer): Promise<Token[]> {
  const tokens = await shared().prisma.token.findMany({ where: { userId: viewer.id }, orderBy: { id: "asc" } });
  return tokens.map(({ id, name, createdAt, expiresAt, lastUsedAt }) => ({
    id,
    name,
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt?.toISOString() ?? null,
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
  }));
}

/** Revokes a token and cuts the sockets that it opened, on every process. */
export async function revokeToken(viewer: Viewer, id: string): Promise<void> {
  const { count } = isUuid(id)
    ? await shared().prisma.token.deleteMany({ where: { id, userId: viewer.id } })
    : { count: 0 };
  if (count === 0) throw new Refused("not_found", "You have no such token.");
  shared().backplane.publishControl({ type: "token-ended", tokenId: id.toLowerCase() });
}

/** Deletes all tokens of an account. @returns their ids: the sockets that they opened have to be cut after the commit. */
export async function deleteTokens(tx: Prisma.TransactionClient, userId: string): Promise<string[]> {
  const deleted = await tx.$queryRaw<
    { id: string }[]
  >`DELETE FROM "Token" WHERE "userId" = ${userId}::uuid RETURNING id`;
  return deleted.map(({ id }) => id);
}

export type TokenProof = { tokenId: string; viewer: Viewer; expiresAt: Date | null };

/** Whose token this is, unless it has expired; notes its use, at most once a minute. */
export async function findToken(token: string): Promise<TokenProof | null> {
  if (!TOKEN.test(token)) return null;
  const row = await loadToken(sha256(token));
  if (!row) return null;
  const { tokenId, tokenHash: _, expiresAt, ...viewer } = row;
  return { tokenId, viewer, expiresAt };
}

export async function isTokenGood(id: string): Promise<boolean> {
  return (await loadTokenId(id)) !== undefined;
}

/**
 * Serializes what adds to one account's tokens: none is made beyond the limit, and none by a session that a new password
 * has just ended.
 */
async function lockAccount(tx: Prisma.TransactionClient, { id, sessionVersion }: Viewer): Promise<void> {
  const locked = await tx.$queryRaw<unknown[]>`
    SELECT id FROM "User" WHERE id = ${id}::uuid AND "sessionVersion" = ${sessionVersion} FOR NO KEY UPDATE`;
  if (locked.length === 0) throw new Refused("unauthorized", "This session has ended: sign in again.");
}

async function refuseTooManyTokens(tx: Prisma.TransactionClient, viewer: Viewer): Promise<void> {
  const isGood = { OR: [{ expiresAt: null }, { expiresAt: { gt: new Date() } }] };
  const tokens = await tx.token.count({ where: { userId: viewer.id, ...isGood } });
  if (tokens < config().tokensPerUser) return;
  throw new Refused("too_many", `You have ${tokens} tokens, which is the most: revoke one first.`);
}

type TokenRow = Viewer & { tokenId: string; tokenHash: string; expiresAt: Date | null };

const loadToken = batched(async (hashes: string[]) => {
  const { rows } = await shared().pool.query<TokenRow>({
    name: "tokens",
    text: `
      WITH found AS (
        SELECT * FROM "Token" WHERE "tokenHash" = ANY($1) AND ("expiresAt" IS NULL OR "expiresAt" > now())
      ),
      used AS (
        UPDATE "Token" SET "lastUsedAt" = now()
        WHERE id IN (SELECT id FROM found WHERE "lastUsedAt" IS NULL OR "lastUsedAt" < now() - interval '1 minute')
      )
      SELECT found.id AS "tokenId", found."tokenHash", found."expiresAt", "user".id, "user".name, email, role, "sessionVersion"
      FROM found JOIN "User" "user" ON "user".id = found."userId" AND "user"."deactivatedAt" IS NULL`,
    values: [hashes],
  });
  return new Map(rows.map((row) => [row.tokenHash, row]));
});

const loadTokenId = batched(async (ids: string[]) => {
  const { rows } = await shared().pool.query<{ id: string }>({
    name: "token-ids",
    text: `SELECT id FROM "Token" WHERE id = ANY($1::uuid[]) AND ("expiresAt" IS NULL OR "expiresAt" > now())`,
    values: [ids],
  });
  return new Map(rows.map(({ id }) => [id, id]));
});
