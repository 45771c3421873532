import { createReadStream } from "node:fs";
import { mkdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import type { Client } from "pg";
import { keyOf } from "../domain/files/file-row";
import type { Storage } from "../storage/storage";
import { type Checksum, checksumOf, syncFolder, writeChecked, writeCompressed } from "./checked-file";
import type { Encryption } from "./encryption";

/**
 * An object of the storage, as a backup keeps it: its own bytes, and the checksum of the file that has them. Where that is
 * encrypted, `encrypted` says for whom (`Encryption.id`), and the bytes of the file.
 */
export type StoredObject = { key: string; encrypted?: { id: string; bytes: number } } & Checksum;

type NamedObject = { key: string; encrypted?: { id: string } };

const OBJECTS = "objects";
const LIST = "objects.ndjson.gz";
const AT_ONCE = 1_000;

/** Where the objects of all backups in a folder are. */
export function objectsFolder(dir: string): string {
  return join(dir, OBJECTS);
}

/** Where an object lies in a folder of backups: once, for all of them. */
export function objectPath(dir: string, object: NamedObject): string {
  return join(objectsFolder(dir), ...objectName(object).split("/"));
}

/** The same within that folder. Another set of keys makes another file: older backups need the one that is there. */
export function objectName({ key, encrypted }: NamedObject): string {
  return encrypted ? `${key}.${encrypted.id}.age` : key;
}

/** The checksum of the file that a backup has of it. */
export function fileChecksum({ bytes, sha256, encrypted }: StoredObject): Checksum {
  return { bytes: encrypted?.bytes ?? bytes, sha256 };
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
  { dir, storage, encryption }: { dir: string; storage: Storage; encryption: Encryption | null },
  { key, bytes }: { key: string; bytes: number },
  known: StoredObject | undefined,
): Promise<StoredObject | null> {
  if (encryption) return keepEncrypted({ dir, storage, encryption }, { key, bytes }, known);
  const path = objectPath(dir, { key });
  const there = await stat(path).catch(() => null);
  if (known && !known.encrypted && there?.size === known.bytes && known.bytes === bytes) return known;
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

/** A file that is there is whole, and may be needed as it is by an older backup: it is not written again. */
async function keepEncrypted(
  { dir, storage, encryption }: { dir: string; storage: Storage; encryption: Encryption },
  { key, bytes }: { key: string; bytes: number },
  known: StoredObject | undefined,
): Promise<StoredObject | null> {
  const { id, encrypt } = encryption;
  const path = objectPath(dir, { key, encrypted: { id } });
  const there = await stat(path).catch(() => null);
  const isKnown = known?.encrypted?.id === id && known.bytes === bytes;
  if (isKnown && there?.size === known.encrypted?.bytes) return known;
  if (!there) {
    const body = await storage.read(key);
    if (!body) return null;
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const draft = `${path}.incomplete`;
    await rm(draft, { force: true });
    await writeChecked(draft, body, encrypt);
    await rename(draft, path);
    await syncFolder(dirname(path));
  }
  const found = await checksumOf(path);
  return { key, bytes, sha256: found.sha256, encrypted: { id, bytes: found.bytes } };
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
