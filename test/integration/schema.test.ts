import { expect, it } from "vitest";
import { diffToSchema } from "@/prisma/schema-engine";
import { createEmptyDatabase, createTestDatabase } from "../support/database";

it("makes, with all migrations applied, the database that the schema describes", async () => {
  const empty = await createEmptyDatabase();
  const migrated = await createTestDatabase();
  try {
    expect(await diffToSchema(empty.url)).toContain('CREATE TABLE "Message"');
    expect(await diffToSchema(migrated.url)).toBe("");
  } finally {
    await empty.stop();
    await migrated.stop();
  }
});
