import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { z } from "zod";
import { CommandFailed } from "../cli/command";
import type { Place } from "./place";

const checksum = z.object({ bytes: z.number().int(), sha256: z.string().length(64) });
/** What a backup says of itself. A later Adda that writes another form gives it another number. */
const manifest = z.object({
  format: z.literal(1),
  adda: z.string(),
  /** The moment whose state it has. */
  takenAt: z.iso.datetime(),
  /** The names of the migrations that made its tables, in order. */
  migrations: z.array(z.string()),
  /** In the order in which they are filled. */
  tables: z.array(z.object({ name: z.string(), columns: z.array(z.string()), rows: z.number().int(), file: checksum })),
  /** Files that people sent, and their previews; `list` is the file that names them. */
  objects: z.object({ count: z.number().int(), bytes: z.number(), list: checksum }),
  /** Objects that the database names and the storage did not have when the backup was taken. */
  missing: z.array(z.string()),
  /** The public keys that tables, files and secrets are encrypted for; null where they are not. */
  encryptedFor: z.array(z.string()).nullable().default(null),
  /** The secrets of DATA_DIR that are in it, or why there are none. */
  secrets: z.union([z.array(z.string()), z.literal("left out")]),
});

export type Manifest = z.infer<typeof manifest>;

export const MANIFEST = "manifest.json";
/** A time of the form 2026-11-27T01-05-09Z: a colon is no part of a file's name everywhere. */
const NAME = /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ$/;

export function isBackupName(name: string): boolean {
  return NAME.test(name);
}

export function nameOfBackup(takenAt: Date): string {
  return takenAt
    .toISOString()
    .replace(/\.\d+Z$/, "Z")
    .replaceAll(":", "-");
}

/** The names of the complete backups, the oldest first. */
export async function listBackups(place: Place): Promise<string[]> {
  return (await place.listFolders()).filter(isBackupName).sort();
}

/**
 * The backup that is named, or the newest one.
 * @throws CommandFailed when there is none.
 */
export async function findBackup(place: Place, at: string | undefined): Promise<string> {
  const names = await listBackups(place);
  const found = at === undefined ? names.at(-1) : names.find((name) => name === at);
  if (found) return found;
  const known = names.length > 0 ? ` It has: ${names.join(", ")}.` : "";
  throw new CommandFailed(
    at ? `There is no backup ${at} in ${place.name}.${known}` : `There is no backup in ${place.name}.`,
  );
}

export async function writeManifest(folder: string, content: Manifest): Promise<void> {
  await writeFile(join(folder, MANIFEST), `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600, flush: true });
}

/** @throws CommandFailed when it is not one that this version can read. */
export async function readManifest(place: Place, name: string): Promise<Manifest> {
  const path = `${name}/${MANIFEST}`;
  const parsed = manifest.safeParse(JSON.parse(await text(await place.read(path))));
  if (parsed.success) return parsed.data;
  throw new CommandFailed(`${path} is not a manifest that this Adda can read: a newer one may have made it.`);
}
