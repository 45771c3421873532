import { readdir } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import type { Storage } from "../storage/storage";
import { isBackupName, MANIFEST } from "./manifest";
import { OBJECTS } from "./objects";
import type { Place } from "./place";

/** The names of backups begin with their year, and so with this. */
const ANY_YEAR = "2";

/**
 * Backups in an S3-compatible store, which puts each object whole or not at all. A backup's manifest is put last and
 * removed first: what has none is no backup.
 */
export function bucketPlace(name: string, storage: Storage): Place {
  const place: Place = {
    name,

    async listFolders() {
      const names = await listPaths(storage, ANY_YEAR);
      return names.flatMap((path) => (path.endsWith(`/${MANIFEST}`) ? path.slice(0, -MANIFEST.length - 1) : []));
    },

    async *listObjects() {
      for await (const page of storage.listObjects(`${OBJECTS}/`)) yield page.map(({ key }) => key);
    },

    async read(path) {
      const body = await storage.read(path);
      if (!body) throw new Error(`${name} has no ${path}.`);
      return body;
    },

    sizeOf: (path) => storage.sizeOf(path),
    put: (path, file) => storage.putFile(path, file),

    async publish(draft, folder) {
      const entries = await readdir(draft, { recursive: true, withFileTypes: true });
      const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
      const isManifest = (file: string) => file === join(draft, MANIFEST);
      for (const file of [...files.filter((file) => !isManifest(file)), ...files.filter(isManifest)]) {
        await storage.putFile(`${folder}/${relative(draft, file).split(sep).join("/")}`, file);
      }
    },

    async withDraft(work) {
      const complete = new Set(await place.listFolders());
      // Other things may lie in the same bucket, such as the files of Adda: only what is named as a backup goes.
      const isCutOff = (folder = "") => isBackupName(folder) && !complete.has(folder);
      const paths = await listPaths(storage, ANY_YEAR);
      await storage.remove(paths.filter((path) => isCutOff(path.split("/")[0])));
      return storage.withScratch(work);
    },

    async removeFolder(folder) {
      await storage.remove([`${folder}/${MANIFEST}`]);
      await storage.remove(await listPaths(storage, `${folder}/`));
    },

    removeObjects: (paths) => storage.remove(paths),
    close: () => storage.close(),
  };
  return place;
}

async function listPaths(storage: Storage, under: string): Promise<string[]> {
  const paths: string[] = [];
  for await (const page of storage.listObjects(under)) paths.push(...page.map(({ key }) => key));
  return paths;
}
