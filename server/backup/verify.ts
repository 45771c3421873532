import { randomBytes } from "node:crypto";
import { Client } from "pg";
import { CommandFailed } from "../cli/command";
import { openSnapshot } from "./connections";
import { fillDatabase, openBackup } from "./fill";
import { namedObjects, readObjectList } from "./objects";

type Options = {
  dir: string;
  name: string;
  /** Of a server on which a database may be made, and is removed again. */
  databaseUrl: string;
  migrations: string;
};

export type Verified = { name: string; takenAt: string; rows: Record<string, number>; files: number; missing: number };

/**
 * Restores a backup into a database that is removed again, counts its tables, and reads each of its files.
 * @throws Error naming what is damaged or missing.
 */
export async function verifyBackup({ dir, name, databaseUrl, migrations }: Options): Promise<Verified> {
  const backup = await openBackup(dir, name);
  const { folder, manifest } = backup;
  return withScratchDatabase(databaseUrl, async (scratchUrl) => {
    const rows = await fillDatabase(scratchUrl, migrations, backup);
    await requireNamedObjects(scratchUrl, folder, new Set(manifest.missing));
    return { name, takenAt: manifest.takenAt, rows, files: manifest.objects.count, missing: manifest.missing.length };
  });
}

/** Every file that people can read in the restored rooms is in the backup. */
async function requireNamedObjects(databaseUrl: string, folder: string, missing: ReadonlySet<string>): Promise<void> {
  const kept = new Map<string, number>();
  for await (const { key, bytes } of readObjectList(folder)) kept.set(key, bytes);
  const client = await openSnapshot(databaseUrl);
  try {
    for await (const { key, bytes } of namedObjects(client)) {
      if (kept.get(key) === bytes || missing.has(key)) continue;
      throw new CommandFailed(`The backup lacks the file ${key} of ${bytes} bytes.`);
    }
  } finally {
    await client.end();
  }
}

async function withScratchDatabase<Value>(databaseUrl: string, work: (url: string) => Promise<Value>): Promise<Value> {
  const name = `adda_verify_${randomBytes(6).toString("hex")}`;
  const url = new URL(databaseUrl);
  url.pathname = `/${name}`;
  const client = new Client({ connectionString: databaseUrl, application_name: "adda verify" });
  await client.connect();
  try {
    await client.query(`CREATE DATABASE ${name} TEMPLATE template0`).catch((error: { code?: string }) => {
      if (error.code !== "42501") throw error;
      throw new CommandFailed(
        "This role may not make a database to verify in: ALTER ROLE … CREATEDB, or verify elsewhere.",
      );
    });
    try {
      return await work(url.href);
    } finally {
      await client.query(`DROP DATABASE ${name}`);
    }
  } finally {
    await client.end();
  }
}
