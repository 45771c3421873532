import { createReadStream } from "node:fs";
import { mkdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import type { Client } from "pg";
import { keyOf } from "../domain/files/file-row";
import type { Storage } from "../storage/storage";
import { type Checksum, checksumOf, syncFolder, writeCompressed } from "./checked-file";

/** An object of the storage, as a backup keeps it. */
export type StoredObject = { key: string } & Checksum;

const OBJECTS = "objects";
const LIST = "objects.ndjson.gz";
const AT_ONCE = 1_000;

/** Where the objects of all backups in a folder are. */
export function objectsFolder(dir: string): string {
  return join(dir, OBJECTS);
}

/** Where an object lies in a folder of backups: once, for all of them. */
export function objectPath(dir: string, key: string): string {
  return join(objectsFolder(dir), ...key.split("/"));
}

/** The objects that the database names for files that people can read, in the snapshot of this connection. */
export async function* namedObjects(client: Client): AsyncGenerator<{ key: string; bytes: number }> {
  for (let after = "00000000-0000-0000-0000-000000000000"; ; ) {
    const { rows } = await client.query<{ id: string; variants: Record<string, number> }>(
      `SELECT id, variants FROM "File" WHERE state = 'ready' AND "deletedAt" IS NULL AND id > $1 ORDER BY id LIMIT ${AT_ONCE}`,
      [after],
    );
    for (const { id, variants } of rows) {
      for (const [variant, bytes] of Object.entries(variants)) yield { key: keyOf(id, variant), bytes };
    }
    const last = rows.at(-1);
    if (!last) return;
    after = last.id;
  }
}

/**
 * Puts the object among those of the backups. One that an earlier backup put there is not read again: objects are never
 * changed.
 * @param known what earlier backups say of it.
 * @returns null when the storage does not have it.
 */
export async function keepObject(
  { dir, storage }: { dir: string; storage: Storage },
  { key, bytes }: { key: string; bytes: number },
  known: StoredObject | undefined,
): Promise<StoredObject | null> {
  const path = objectPath(dir, key);
  const there = await stat(path).catch(() => null);
  if (known && there?.size === known.bytes && known.bytes === bytes) return known;
  if (there?.size !== bytes) {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const draft = `${path}.incomplete`;
    await rm(draft, { force: true });
    if (!(await storage.copyTo(key, draft))) return null;
    await rename(draft, path);
    await syncFolder(dirname(path));
  }
  return { key, ...(await checksumOf(path)) };
}

export function writeObjectList(folder: string, objects: readonly StoredObject[]): Promise<Checksum> {
  return writeCompressed(join(folder, LIST), Readable.from(objects.map((object) => `${JSON.stringify(object)}\n`)));
}

export function objectListPath(folder: string): string {
  return join(folder, LIST);
}

export async function* readObjectList(folder: string): AsyncGenerator<StoredObject> {
  const lines = createInterface({ input: createReadStream(join(folder, LIST)).pipe(createGunzip()) });
  for await (const line of lines) yield JSON.parse(line) as StoredObject;
}
