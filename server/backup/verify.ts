import { randomBytes } from "node:crypto";
import { pipeline } from "node:stream/promises";
import { CommandFailed } from "../cli/command";
import { openSnapshot, withWriter } from "./connections";
import type { Keys } from "./encryption";
import { type Backup, fillDatabase, openBackup } from "./fill";
import { namedObjects, objectPath, readObjectList } from "./objects";
import type { Place } from "./place";

type Options = {
  place: Place;
  name: string;
  /** Of a server on which a database may be made, and is removed again. */
  databaseUrl: string;
  migrations: string;
  /** For a backup that is encrypted. */
  keys: Keys | null;
};

export type Verified = { name: string; takenAt: string; rows: Record<string, number>; files: number; missing: number };

/**
 * Restores a backup into a database that is removed again, counts its tables, and reads each of its files.
 * @throws Error naming what is damaged or missing.
 */
export async function verifyBackup({ place, name, databaseUrl, migrations, keys }: Options): Promise<Verified> {
  const backup = await openBackup(place, name, keys);
  await requireDecryptable(backup);
  const { manifest } = backup;
  return withScratchDatabase(databaseUrl, async (scratchUrl) => {
    const rows = await fillDatabase(scratchUrl, migrations, backup);
    await requireNamedObjects(scratchUrl, backup);
    return { name, takenAt: manifest.takenAt, rows, files: manifest.objects.count, missing: manifest.missing.length };
  });
}

/** Each encrypted file is what it was made of: its checksum alone says only that it is the file that was written. */
async function requireDecryptable({ place, name, decrypt }: Backup): Promise<void> {
  for await (const object of readObjectList(place, name)) {
    if (!object.encrypted) continue;
    let found = 0;
    await pipeline(await place.read(objectPath(object)), decrypt, async (chunks: AsyncIterable<Uint8Array>) => {
      for await (const chunk of chunks) found += chunk.length;
    });
    if (found !== object.bytes) {
      throw new CommandFailed(`${object.key} has ${found} bytes instead of ${object.bytes} when it is decrypted.`);
    }
  }
}

/** Every file that people can read in the restored rooms is in the backup. */
async function requireNamedObjects(databaseUrl: string, { place, name, manifest }: Backup): Promise<void> {
  const missing = new Set(manifest.missing);
  const kept = new Map<string, number>();
  for await (const { key, bytes } of readObjectList(place, name)) kept.set(key, bytes);
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
  return withWriter(databaseUrl, async (client) => {
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
  });
}
