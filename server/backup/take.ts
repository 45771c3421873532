import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import type { Pool } from "pg";
import { to as copyTo } from "pg-copy-streams";
import { beginBackup, endBackup, HOLD_MS, renewBackup } from "../domain/backups";
import type { Storage } from "../storage/storage";
import { writeChecked, writeCompressed } from "./checked-file";
import { openSnapshot } from "./connections";
import { asItIs, type Encryption } from "./encryption";
import { findOutdated, type Keep } from "./keep";
import { listBackups, type Manifest, nameOfBackup, writeManifest } from "./manifest";
import { keepObject, namedObjects, readObjectList, type StoredObject, writeObjectList } from "./objects";
import type { Place } from "./place";
import { removeBackups } from "./remove";
import { copyTarget, listTables } from "./tables";

export const SECRETS = ["auth-secret", "auth-secret-previous"];
export const FORMAT = 1;

type Options = {
  /** Where all backups are. */
  place: Place;
  databaseUrl: string;
  pool: Pool;
  storage: Storage;
  /** Where the secrets are that Adda made itself; null to leave them out. */
  secretsDir: string | null;
  addaVersion: string;
  /** Of tables, files and secrets; null for none. */
  encryption: Encryption | null;
  /** Which backups of the place stay when this one is there; null for all. */
  keep: Keep | null;
  note(line: string): void;
};

/**
 * Makes a backup of one moment, also while people talk: the tables in one snapshot, and each file that the snapshot names.
 * It appears in its place when it is whole. Files that an earlier backup there has are not copied again.
 * @throws Refused "too_many" while another backup is under way.
 */
export async function takeBackup(options: Options): Promise<{ name: string; manifest: Manifest }> {
  const { place, pool } = options;
  const id = await beginBackup(pool, place.name);
  let held: Promise<unknown> = Promise.resolve();
  const renewal = setInterval(() => {
    held = held.then(() => renewBackup(pool, id));
    held.catch(() => {});
  }, HOLD_MS / 3);
  let isComplete = false;
  try {
    const taken = await place.withDraft(async (draft) => {
      const manifest = await fill(draft, options);
      clearInterval(renewal);
      await held;
      await renewBackup(pool, id);
      const name = nameOfBackup(new Date(manifest.takenAt));
      await place.publish(draft, name);
      return { name, manifest };
    });
    isComplete = true;
    if (options.keep) await removeBackups(place, findOutdated(await listBackups(place), options.keep));
    return taken;
  } finally {
    clearInterval(renewal);
    await endBackup(pool, id, { isComplete });
  }
}

async function fill(draft: string, options: Options): Promise<Manifest> {
  const { place, databaseUrl, storage, secretsDir, addaVersion, encryption, note } = options;
  const client = await openSnapshot(databaseUrl);
  try {
    const { rows: when } = await client.query<{ takenAt: Date; migrations: string[] }>(
      `SELECT now() AS "takenAt", (SELECT coalesce(array_agg(migration_name::text ORDER BY migration_name), '{}')
         FROM "_prisma_migrations" WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL) AS migrations`,
    );
    const { takenAt = new Date(), migrations = [] } = when[0] ?? {};

    await mkdir(join(draft, "tables"), { mode: 0o700 });
    const tables: Manifest["tables"] = [];
    for (const table of await listTables(client)) {
      const rows = client.query(copyTo(`COPY ${copyTarget(table)} TO STDOUT`));
      const file = await writeCompressed(join(draft, tablePath(table.name, encryption)), rows, encryption?.encrypt);
      tables.push({ ...table, rows: rows.rowCount, file });
      note(`${table.name}: ${rows.rowCount}`);
    }

    const known = await knownObjects(place);
    const objects: StoredObject[] = [];
    const missing: string[] = [];
    for await (const named of namedObjects(client)) {
      const kept = await keepObject({ place, storage, encryption, draft }, named, known.get(named.key));
      if (kept) objects.push(kept);
      else missing.push(named.key);
    }
    await rm(join(draft, "object"), { force: true });
    const manifest: Manifest = {
      format: FORMAT,
      adda: addaVersion,
      takenAt: takenAt.toISOString(),
      migrations,
      tables,
      objects: {
        count: objects.length,
        bytes: objects.reduce((sum, { bytes }) => sum + bytes, 0),
        list: await writeObjectList(draft, objects),
      },
      missing,
      encryptedFor: encryption?.recipients ?? null,
      secrets: secretsDir === null ? "left out" : await keepSecrets(secretsDir, draft, encryption),
    };
    await writeManifest(draft, manifest);
    return manifest;
  } finally {
    await client.end();
  }
}

/** Below a backup's folder. @param encryption anything that says that the backup is encrypted. */
export function tablePath(table: string, encryption: object | null): string {
  return `tables/${table}.copy.gz${encryption ? ".age" : ""}`;
}

export function secretPath(name: string, encryption: object | null): string {
  return encryption ? `${name}.age` : name;
}

/** What the newest backup says of the files that it has. */
async function knownObjects(place: Place): Promise<Map<string, StoredObject>> {
  const known = new Map<string, StoredObject>();
  const newest = (await listBackups(place)).at(-1);
  if (!newest) return known;
  for await (const object of readObjectList(place, newest)) known.set(object.key, object);
  return known;
}

async function keepSecrets(from: string, draft: string, encryption: Encryption | null): Promise<string[]> {
  const kept: string[] = [];
  for (const name of SECRETS) {
    const secret = await readFile(join(from, name)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return null;
      throw error;
    });
    if (secret === null) continue;
    await writeChecked(
      join(draft, secretPath(name, encryption)),
      Readable.from([secret]),
      encryption?.encrypt ?? asItIs,
    );
    kept.push(name);
  }
  return kept;
}
