import { randomBytes } from "node:crypto";
import { config } from "@/server/config";
import { batched } from "@/server/db/batched";
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

export type Token = { id: string; name: string; createdAt: string; lastUsedAt: string | null };
export type NewToken = { id: string; name: string; createdAt: string; token: string };

/** Makes a token for a bot. What it returns is the only time that the token itself is seen. */
export async function createToken(viewer: Viewer, input: { name: string }): Promise<NewToken> {
  const { name } = parse(newToken, input);
  const { prisma } = shared();
  const tokens = await prisma.token.count({ where: { userId: viewer.id } });
  if (tokens >= config().tokensPerUser) {
    throw new Refused("too_many", `You have ${tokens} tokens, which is the most: revoke one first.`);
  }

  const token = PREFIX + randomBytes(SECRET_BYTES).toString("base64url");
  const { id, createdAt } = await prisma.token.create({
    data: { userId: viewer.id, name, tokenHash: sha256(token) },
  });
  return { id, name, createdAt: createdAt.toISOString(), token };
}

export async function listTokens(viewer: Viewer): Promise<Token[]> {
  const tokens = await shared().prisma.token.findMany({ where: { userId: viewer.id }, orderBy: { id: "asc" } });
  return tokens.map(({ id, name, createdAt, lastUsedAt }) => ({
    id,
    name,
    createdAt: createdAt.toISOString(),
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

/** Whose token this is; notes its use, at most once a minute. */
export async function findToken(token: string): Promise<{ tokenId: string; viewer: Viewer } | null> {
  if (!TOKEN.test(token)) return null;
  const row = await loadToken(sha256(token));
  if (!row) return null;
  const { tokenId, tokenHash: _, ...viewer } = row;
  return { tokenId, viewer };
}

export async function isTokenGood(id: string): Promise<boolean> {
  return (await loadTokenId(id)) !== undefined;
}

type TokenRow = Viewer & { tokenId: string; tokenHash: string };

const loadToken = batched(async (hashes: string[]) => {
  const { rows } = await shared().pool.query<TokenRow>({
    name: "tokens",
    text: `
      WITH found AS (SELECT * FROM "Token" WHERE "tokenHash" = ANY($1)),
      used AS (
        UPDATE "Token" SET "lastUsedAt" = now()
        WHERE id IN (SELECT id FROM found WHERE "lastUsedAt" IS NULL OR "lastUsedAt" < now() - interval '1 minute')
      )
      SELECT found.id AS "tokenId", found."tokenHash", "user".id, "user".name, email, role, "sessionVersion"
      FROM found JOIN "User" "user" ON "user".id = found."userId"`,
    values: [hashes],
  });
  return new Map(rows.map((row) => [row.tokenHash, row]));
});

const loadTokenId = batched(async (ids: string[]) => {
  const { rows } = await shared().pool.query<{ id: string }>({
    name: "token-ids",
    text: `SELECT id FROM "Token" WHERE id = ANY($1::uuid[])`,
    values: [ids],
  });
  return new Map(rows.map(({ id }) => [id, id]));
});
