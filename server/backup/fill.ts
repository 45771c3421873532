import { from as copyFrom } from "pg-copy-streams";
import { CommandFailed } from "../cli/command";
import { migrate } from "../db/migrate";
import { readMigrations } from "../db/migrations";
import { type Checksum, checksumOf, readCompressed, requireSame } from "./checked-file";
import { withWriter } from "./connections";
import { asItIs, decryptionFor, type Keys, type Through } from "./encryption";
import { type Manifest, readManifest } from "./manifest";
import { fileChecksum, objectListPath, objectPath, readObjectList } from "./objects";
import type { Place } from "./place";
import { copyTarget, countRows, listTables } from "./tables";
import { tablePath } from "./take";

/** A complete backup: where it is, its name, what it says of itself, and what decrypts its files. */
export type Backup = { place: Place; name: string; manifest: Manifest; decrypt: Through };

/**
 * Makes the backup's tables in an empty database, fills them, and brings them to this version.
 * @param migrations the folder of this version's migrations.
 * @returns the rows that each table has, counted after they were filled.
 * @throws CommandFailed when a newer Adda made the backup, or a table has not the rows that it had.
 */
export async function fillDatabase(
  databaseUrl: string,
  migrations: string,
  { place, name, manifest, decrypt }: Backup,
): Promise<Record<string, number>> {
  const known = new Set((await readMigrations(migrations)).map(({ name }) => name));
  const unknown = manifest.migrations.find((name) => !known.has(name));
  if (unknown) {
    throw new CommandFailed(
      `The backup was made by a newer Adda (${manifest.adda}, with the migration ${unknown}). Update this one first.`,
    );
  }
  const then = new Set(manifest.migrations);
  await migrate(databaseUrl, migrations, { only: (name) => then.has(name) });

  const counts = await withWriter(databaseUrl, async (client) => {
    const counted: Record<string, number> = {};
    await client.query("BEGIN");
    for (const table of manifest.tables) {
      const rows = client.query(copyFrom(`COPY ${copyTarget(table)} FROM STDIN`));
      const path = `${name}/${tablePath(table.name, manifest.encryptedFor)}`;
      await readCompressed({ path, body: await place.read(path) }, table.file, rows, decrypt);
      const found = await countRows(client, table);
      if (found !== table.rows) throw new CommandFailed(`${table.name} has ${found} rows instead of ${table.rows}.`);
      counted[table.name] = found;
    }
    await client.query("COMMIT");
    return counted;
  });
  await migrate(databaseUrl, migrations);
  return counts;
}

/** @returns what a database already holds, in words; null when it is empty. */
export async function findContent(databaseUrl: string): Promise<string | null> {
  return withWriter(databaseUrl, async (client) => {
    for (const table of await listTables(client)) {
      const count = await countRows(client, table);
      if (count > 0) return `${count} rows in the table ${table.name}`;
    }
    return null;
  });
}

/**
 * A backup of which every table and every file was read.
 * @throws CommandFailed when it is encrypted for other keys. Error naming the first file that is not as it was written.
 */
export async function openBackup(place: Place, name: string, keys: Keys | null): Promise<Backup> {
  const manifest = await readManifest(place, name);
  const { encryptedFor, tables, objects } = manifest;
  const decrypt = encryptedFor ? await decryptionFor(encryptedFor, keys) : asItIs;
  for (const table of tables) await checkFile(place, `${name}/${tablePath(table.name, encryptedFor)}`, table.file);
  await checkFile(place, objectListPath(name), objects.list);
  for await (const object of readObjectList(place, name)) {
    await checkFile(place, objectPath(object), fileChecksum(object));
  }
  return { place, name, manifest, decrypt };
}

async function checkFile(place: Place, path: string, expected: Checksum): Promise<void> {
  requireSame(path, await checksumOf(await place.read(path)), expected);
}
