import type { Readable } from "node:stream";

/**
 * Where backups are kept: a folder, or a part of a bucket. Paths are below it, with "/" between their segments:
 * `2026-11-27T01-05-09Z/manifest.json`, `objects/…`.
 */
export interface Place {
  /** As the operator wrote it, with an absolute path. */
  readonly name: string;
  /** The names of the complete backups, in any order, perhaps with others that are not names of backups. */
  listFolders(): Promise<string[]>;
  /** The paths of all objects of all backups, a page at a time. */
  listObjects(): AsyncIterable<string[]>;
  /** @throws Error when it is not there. */
  read(path: string): Promise<Readable>;
  /** In bytes; null when there is no such file. */
  sizeOf(path: string): Promise<number | null>;
  /** Takes a file out of a folder that `withDraft` lent. It appears whole or not at all. */
  put(path: string, file: string): Promise<void>;
  /** Makes a folder that `withDraft` lent a backup of this name. It counts as one when all of it is there. */
  publish(draft: string, name: string): Promise<void>;
  /** Lends a folder of this machine, and removes it afterwards. While no other backup is made here. */
  withDraft<Result>(work: (folder: string) => Promise<Result>): Promise<Result>;
  /** From the first moment on it is no backup any more. */
  removeFolder(name: string): Promise<void>;
  removeObjects(paths: readonly string[]): Promise<void>;
  close(): Promise<void>;
}
