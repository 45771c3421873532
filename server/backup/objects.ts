import { createReadStream } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import type { Client } from "pg";
import { keyOf } from "../domain/files/file-row";
import type { Storage } from "../storage/storage";
import { type Checksum, checksumOf, writeChecked, writeCompressed } from "./checked-file";
import type { Encryption } from "./encryption";
import type { Place } from "./place";

/**
 * An object of the storage, as a backup keeps it: its own bytes, and the checksum of the file that has them. Where that is
 * encrypted, `encrypted` says for whom (`Encryption.id`), and the bytes of the file.
 */
export type StoredObject = { key: string; encrypted?: { id: string; bytes: number } } & Checksum;

type NamedObject = { key: string; encrypted?: { id: string } };

export const OBJECTS = "objects";
const OBJECT_PATH = /^objects\/[0-9a-f]{2}\/[0-9a-f-]{36}\/[a-z]+(\.[0-9a-f]{16}\.age)?$/;
const LIST = "objects.ndjson.gz";
const AT_ONCE = 1_000;

/**
 * Where an object lies: once, for all backups of the place. Another set of keys makes another file: older backups need the
 * one that is there.
 */
export function objectPath({ key, encrypted }: NamedObject): string {
  return `${OBJECTS}/${key}${encrypted ? `.${encrypted.id}.age` : ""}`;
}

/** Whether a path is of an object: other things may lie beside them. */
export function isObjectPath(path: string): boolean {
  return OBJECT_PATH.test(path);
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

type Keeper = {
  place: Place;
  storage: Storage;
  encryption: Encryption | null;
  /** A folder of `Place.withDraft`. */
  draft: string;
};

/**
 * Puts the object among those of the backups. One that an earlier backup put there is whole, is never changed, and may be
 * needed as it is: it is not written again, and read only where no list says what it is.
 * @param known what the newest backup says of it.
 * @returns null when the storage does not have it.
 */
export async function keepObject(
  { place, storage, encryption, draft }: Keeper,
  { key, bytes }: { key: string; bytes: number },
  known: StoredObject | undefined,
): Promise<StoredObject | null> {
  const path = objectPath({ key, encrypted: encryption ?? undefined });
  const there = await place.sizeOf(path);
  const isKnown = known?.bytes === bytes && known.encrypted?.id === encryption?.id;
  if (isKnown && there === fileChecksum(known).bytes) return known;
  if (there !== null && (encryption || there === bytes)) {
    return toStored(key, bytes, await checksumOf(await place.read(path)), encryption);
  }
  const file = join(draft, "object");
  await rm(file, { force: true });
  if (encryption) {
    const body = await storage.read(key);
    if (!body) return null;
    await writeChecked(file, body, encryption.encrypt);
  } else if (!(await storage.copyTo(key, file))) return null;
  const written = await checksumOf(createReadStream(file));
  await place.put(path, file);
  return toStored(key, bytes, written, encryption);
}

function toStored(key: string, bytes: number, file: Checksum, encryption: Encryption | null): StoredObject {
  if (!encryption) return { key, ...file };
  return { key, bytes, sha256: file.sha256, encrypted: { id: encryption.id, bytes: file.bytes } };
}

export function writeObjectList(folder: string, objects: readonly StoredObject[]): Promise<Checksum> {
  return writeCompressed(join(folder, LIST), Readable.from(objects.map((object) => `${JSON.stringify(object)}\n`)));
}

export function objectListPath(name: string): string {
  return `${name}/${LIST}`;
}

export async function* readObjectList(place: Place, name: string): AsyncGenerator<StoredObject> {
  const gunzip = createGunzip();
  const done = pipeline(await place.read(objectListPath(name)), gunzip);
  done.catch(() => {});
  let rest = "";
  for await (const chunk of gunzip.setEncoding("utf8")) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) yield JSON.parse(line) as StoredObject;
  }
  await done;
}
