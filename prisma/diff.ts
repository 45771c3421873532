import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { migrate } from "@/server/db/migrate";
import { startPostgres } from "@/server/postgres/embedded";
import { diffToSchema } from "./schema-engine";

// `npm run migration:diff` shows the SQL that the migrations lack; `npm run migration:diff -- expand_pins` keeps
// it as a new migration. Read what it wrote, and make it safe for a database full of messages.
// docs/decisions/expand-then-contract.md says what the first word promises.

const MIGRATIONS = "prisma/migrations";
const name = process.argv[2];
if (name && !/^(expand|contract|break)_/.test(name)) {
  console.error("The name begins with expand_, contract_ or break_: see docs/decisions/expand-then-contract.md.");
  process.exit(1);
}

const sql = await findMissing();
if (!sql) console.log("The migrations make what the schema describes.");
else if (!name) console.log(sql);
else console.log(`Written: ${keep(sql, name)}`);

async function findMissing(): Promise<string> {
  const dataDir = mkdtempSync(join(tmpdir(), "adda-diff-"));
  const postgres = await startPostgres({ dataDir, owner: "migration:diff", onTrouble: console.error });
  try {
    await migrate(postgres.url, MIGRATIONS);
    return await diffToSchema(postgres.url);
  } finally {
    await postgres.stop();
    rmSync(dataDir, { recursive: true });
  }
}

function keep(sql: string, name: string): string {
  const moment = new Date().toISOString().replace(/\D/g, "").slice(0, 14);
  const folder = join(MIGRATIONS, `${moment}_${name.toLowerCase().replace(/\W+/g, "_")}`);
  mkdirSync(folder);
  writeFileSync(join(folder, "migration.sql"), `${sql}\n`);
  return folder;
}
