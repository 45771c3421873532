import { constants, createReadStream, mkdirSync } from "node:fs";
import {
  copyFile,
  type FileHandle,
  link,
  mkdir,
  mkdtemp,
  open,
  opendir,
  readdir,
  rename,
  rm,
  rmdir,
  stat,
  statfs,
} from "node:fs/promises";
import { dirname, join, sep } from "node:path";
import type { Readable } from "node:stream";
import { log } from "@/server/log";
import { IncompleteUpload, type ListedObject, type Part, type Storage, UnknownUpload, type Upload } from "./storage";
import { syncFolder } from "./sync-folder";
import { type PartTicket, sealTicket } from "./tickets";

const DATA = "data";
const PAGE_MAX = 1_000;
/** Another file system, one without hard links, or too many of them. */
const NO_LINKS = new Set(["EXDEV", "EPERM", "ENOTSUP", "EOPNOTSUPP", "EMLINK"]);

/** A storage whose parts come to this server, which hands them on. */
export type DirectoryStorage = Storage & {
  /**
   * Writes one part to where it belongs. It counts as there once it is whole and on the disk.
   * @throws UnknownUpload, IncompleteUpload when `body` ends early or does not end.
   */
  receivePart(ticket: PartTicket, body: Readable): Promise<void>;
};

type Options = { dir: string; secret: string; uploadPath: string };

/**
 * Files in a folder. A part is written at its place in the upload's one file; a marker beside it says that the part
 * is whole. To finish is to copy that file (which costs nothing where the file system shares blocks): a part that is
 * still being written, or is sent again on purpose, then writes into a file that nobody reads any more.
 */
export function directoryStorage({ dir, secret, uploadPath }: Options): DirectoryStorage {
  const objects = join(dir, "objects");
  const uploads = join(dir, "uploads");
  const scratch = join(dir, "scratch");
  for (const folder of [objects, uploads, scratch]) mkdirSync(folder, { recursive: true, mode: 0o700 });

  const objectPath = (key: string) => join(objects, ...segmentsOf(key));
  const uploadDir = ({ ref }: Pick<Upload, "ref">) => join(uploads, ...segmentsOf(ref));

  async function moveIn(from: string, key: string): Promise<void> {
    const to = objectPath(key);
    await mkdir(dirname(to), { recursive: true, mode: 0o700 });
    await rename(from, to);
    await syncFolder(dirname(to));
  }

  const storage: DirectoryStorage = {
    uploadOrigin: null,

    async beginUpload(key, size) {
      const upload = { key, size, ref: key.replaceAll("/", "-") };
      await mkdir(uploadDir(upload), { mode: 0o700 });
      const file = await open(join(uploadDir(upload), DATA), "wx", 0o600);
      await file.close();
      return upload;
    },

    async addressPart({ ref }, part, expiresAt) {
      const ticket = sealTicket({ ref, ...part, expiresAtMs: expiresAt.getTime() }, secret);
      return { url: `${uploadPath}/${ticket}`, headers: { "Content-Type": "application/octet-stream" } };
    },

    async listParts(upload) {
      const names = await readdir(uploadDir(upload)).catch(asUnknown);
      return new Set(names.filter((name) => /^\d+$/.test(name)).map(Number));
    },

    async finishUpload(upload, parts) {
      // Whoever finished it may have ended before its parts were forgotten.
      if (await exists(objectPath(upload.key))) return storage.abortUpload(upload);
      const there = await storage.listParts(upload);
      if (!parts.every(({ number }) => there.has(number))) throw new IncompleteUpload("Parts are missing.");
      await storage.withScratch(async (lent) => {
        const copy = join(lent, DATA);
        await copyFile(join(uploadDir(upload), DATA), copy, constants.COPYFILE_FICLONE).catch(asUnknown);
        const { size } = await stat(copy);
        if (size !== upload.size) throw new IncompleteUpload(`${size} bytes came instead of ${upload.size}.`);
        await storage.putFile(upload.key, copy);
      });
      await storage.abortUpload(upload);
    },

    async abortUpload(upload) {
      // A part that comes at this moment may put its marker into the folder that is being emptied.
      await rm(uploadDir(upload), { recursive: true, force: true, maxRetries: 3 });
    },

    async receivePart(ticket, body) {
      const file = await open(join(uploadDir(ticket), DATA), "r+").catch(asUnknown);
      try {
        await writeAt(file, ticket, body);
        await file.datasync();
      } finally {
        await file.close();
      }
      const marker = await open(join(uploadDir(ticket), String(ticket.number)), "w", 0o600).catch(asUnknown);
      await marker.close();
    },

    async freeBytes() {
      const { bavail, bsize } = await statfs(uploads);
      return bavail * bsize;
    },

    async putFile(key, path) {
      const file = await open(path, "r+");
      await file.sync();
      await file.close();
      await moveIn(path, key);
    },

    async read(key, range) {
      const file = await open(objectPath(key), "r").catch(orNull);
      return file && createReadStream("", { fd: file, ...range });
    },

    async copyTo(key, path) {
      try {
        // Objects are never changed, so a second name for the same bytes is as good as a copy.
        await link(objectPath(key), path).catch((error: NodeJS.ErrnoException) => {
          if (!NO_LINKS.has(error.code ?? "")) throw error;
          return copyFile(objectPath(key), path, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
        });
        return true;
      } catch (error) {
        return orNull(error as NodeJS.ErrnoException) !== null;
      }
    },

    async sizeOf(key) {
      const found = await stat(objectPath(key)).catch(orNull);
      return found?.size ?? null;
    },

    async *listObjects(under = "") {
      let page: ListedObject[] = [];
      for (const folder of await readdir(objects)) {
        for (const path of await readdir(join(objects, folder), { recursive: true }).catch(asEmpty)) {
          const found = await stat(join(objects, folder, path)).catch(orNull);
          const key = [folder, ...path.split(sep)].join("/");
          if (!found?.isFile() || !key.startsWith(under)) continue;
          page.push({ key, bytes: found.size, storedAt: found.mtime });
          if (page.length < PAGE_MAX) continue;
          yield page;
          page = [];
        }
      }
      if (page.length > 0) yield page;
    },

    async remove(keys) {
      for (const path of keys.map(objectPath)) {
        await rm(path, { force: true });
        await rmdir(dirname(path)).catch(() => {});
      }
    },

    async withScratch(work) {
      const lent = await mkdtemp(join(scratch, "work-"));
      try {
        return await work(lent);
      } finally {
        await rm(lent, { recursive: true, force: true });
      }
    },

    withLocalFile: (key, work) => work(objectPath(key)),

    rewriteFile: (key, work) => work(objectPath(key)),
    rewriteMaxBytes: Number.POSITIVE_INFINITY,

    async removeStale(before) {
      for (const folder of [scratch, uploads]) {
        // A part that comes puts its marker into the upload's folder, which is as old as that.
        for await (const { name } of await opendir(folder)) {
          const path = join(folder, name);
          try {
            const found = await stat(path).catch(orNull);
            if (found && found.mtime < before) await rm(path, { recursive: true, force: true, maxRetries: 3 });
          } catch (error) {
            // What fails each time must not stand before what would not.
            log.warn({ err: error, path }, "What nobody ended is still there; trying again later.");
          }
        }
      }
    },

    close: async () => {},
  };
  return storage;
}

/** Keys are made by us; one that is not as we make them is a fault that must not reach the disk. */
function segmentsOf(key: string): string[] {
  const segments = key.split("/");
  if (!segments.every((segment) => /^[\w-]+$/.test(segment))) throw new Error("Not a key of the storage.");
  return segments;
}

async function writeAt(file: FileHandle, { offset, size }: Part, body: Readable): Promise<void> {
  let position = offset;
  // Left open when this fails: whoever sends is told why, on the same connection.
  for await (const chunk of body.iterator({ destroyOnReturn: false })) {
    if (position + chunk.length > offset + size) throw new IncompleteUpload("More bytes came than announced.");
    await file.write(chunk, 0, chunk.length, position);
    position += chunk.length;
  }
  if (position !== offset + size) throw new IncompleteUpload("The connection ended before the part did.");
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(orNull)) !== null;
}

function orNull(error: NodeJS.ErrnoException): null {
  if (error.code === "ENOENT") return null;
  throw error;
}

/** A folder that was removed meanwhile, and a file where a folder should be. */
function asEmpty(error: NodeJS.ErrnoException): string[] {
  if (error.code === "ENOENT" || error.code === "ENOTDIR") return [];
  throw error;
}

function asUnknown(error: NodeJS.ErrnoException): never {
  throw error.code === "ENOENT" ? new UnknownUpload("This upload has ended.") : error;
}
