import { shared } from "@/server/shared";

export type ServerSize = { active: number; deactivated: number; storedBytes: number };

/** How many people have an account, and how many bytes their files and the previews of these take. */
export async function measureServer(): Promise<ServerSize> {
  const { rows } = await shared().pool.query<ServerSize>({
    name: "measure-server",
    text: `
      SELECT
        (SELECT count(*)::int FROM "User" WHERE role <> 'system' AND "deactivatedAt" IS NULL) AS active,
        (SELECT count(*)::int FROM "User" WHERE role <> 'system' AND "deactivatedAt" IS NOT NULL) AS deactivated,
        (SELECT coalesce(sum("storedBytes"), 0)::float8 FROM "File" WHERE "deletedAt" IS NULL) AS "storedBytes"`,
  });
  const [size] = rows;
  if (!size) throw new Error("A query without FROM has one row.");
  return size;
}
