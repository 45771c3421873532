import type { Readable } from "node:stream";

/** One piece of an upload: bytes `offset` to `offset + size` of the file. */
export type Part = { number: number; offset: number; size: number };

/** Where a part's bytes go, and with what. Whoever has it may send that part, and nothing else. */
export type PartAddress = { url: string; headers: Record<string, string> };

/** An upload that has begun: the object's key, its whole size, and what the store calls it. */
export type Upload = { key: string; size: number; ref: string };

/** Bytes `start` to `end`, both included. */
export type ByteRange = { start: number; end: number };

/** An object as a listing tells of it. */
export type ListedObject = { key: string; bytes: number; storedAt: Date };

/** The parts or the bytes are not what was announced. */
export class IncompleteUpload extends Error {
  override name = "IncompleteUpload";

  /** Pages have a copy of this class of their own: its name tells it. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === "IncompleteUpload";
  }
}

/** No such upload, not any more. */
export class UnknownUpload extends Error {
  override name = "UnknownUpload";

  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === "UnknownUpload";
  }
}

/**
 * Keeps files. Objects are written once and never changed, so whoever reads one may cache it for ever; an object
 * appears whole or not at all. Keys are ours: never a name that a person chose.
 */
export interface Storage {
  /** Begins an upload of exactly `size` bytes that come in parts, in any order and more than once. */
  beginUpload(key: string, size: number): Promise<Upload>;
  /** An address that takes this part until `expiresAt`. The part's size is bound into it. */
  addressPart(upload: Upload, part: Part, expiresAt: Date): Promise<PartAddress>;
  /** The numbers of the parts that are there, whole. @throws UnknownUpload */
  listParts(upload: Upload): Promise<Set<number>>;
  /**
   * Makes the parts one object. From then on no address of the upload's parts changes it. Repeating it is harmless.
   * @throws IncompleteUpload, UnknownUpload
   */
  finishUpload(upload: Upload, parts: readonly Part[]): Promise<void>;
  /** Forgets the upload and its parts; what is not there needs no forgetting. */
  abortUpload(upload: Upload): Promise<void>;

  /** Bytes that are free where files are kept; null where the store tells none. */
  freeBytes(): Promise<number | null>;

  /** Stores a file of this machine, which may be moved away. */
  putFile(key: string, path: string): Promise<void>;
  /** @returns the object's bytes, or null when there is no such object. */
  read(key: string, range?: ByteRange): Promise<Readable | null>;
  /**
   * Makes a file of this machine that has the object's bytes, at a path where nothing is. It may share them with the
   * storage: never write into it.
   * @returns false when there is no such object.
   */
  copyTo(key: string, path: string): Promise<boolean>;
  /** The size in bytes, or null when there is no such object. */
  sizeOf(key: string): Promise<number | null>;
  /**
   * Every object whose key begins with `under`, a page of at most a thousand at a time, in no promised order. One that is stored or removed meanwhile
   * may be in it. Other things that lie in the same place may be in it too: look at the key before you act on it.
   */
  listObjects(under?: string): AsyncIterable<ListedObject[]>;
  /** Removes these objects; one that is not there needs no removing. */
  remove(keys: readonly string[]): Promise<void>;

  /** Lends a folder for what is made on the way, and removes it afterwards. */
  withScratch<Result>(work: (dir: string) => Promise<Result>): Promise<Result>;
  /** Lends the object as a file of this machine, to be read and left as it is. @throws Error when there is no such object. */
  withLocalFile<Result>(key: string, work: (path: string) => Promise<Result>): Promise<Result>;
  /**
   * Lends the object as a file that may be changed in place, and keeps the change: for an object that nobody has read
   * yet, of at most `rewriteMaxBytes`. What a process leaves half done may be done again.
   * @throws Error when there is no such object.
   */
  rewriteFile<Result extends { isChanged: boolean }>(
    key: string,
    work: (path: string) => Promise<Result>,
  ): Promise<Result>;
  readonly rewriteMaxBytes: number;

  /**
   * Removes what a process left behind that ended in the middle of its work, and uploads that nobody ended and to which
   * nothing came since this moment.
   */
  removeStale(before: Date): Promise<void>;

  /** Another origin that a browser sends parts to, or null when it is our own. */
  readonly uploadOrigin: string | null;
  close(): Promise<void>;
}

const PART_MIN_BYTES = 5 * 1024 * 1024;
const PARTS_MAX = 1_000;
const MEBIBYTE = 1024 * 1024;

/** The parts of a file of this size: of 5 MiB, or larger where that would make more than a thousand. */
export function partsOf(size: number): Part[] {
  const partSize = Math.max(PART_MIN_BYTES, Math.ceil(size / PARTS_MAX / MEBIBYTE) * MEBIBYTE);
  return Array.from({ length: Math.ceil(size / partSize) }, (_, index) => {
    const offset = index * partSize;
    return { number: index + 1, offset, size: Math.min(partSize, size - offset) };
  });
}
