import { createReadStream } from "node:fs";
import { chmod, mkdir, mkdtemp, open, readdir, rename, rm, rmdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { syncFolder } from "../storage/sync-folder";
import { OBJECTS } from "./objects";
import type { Place } from "./place";

const INCOMPLETE = ".incomplete-";

/** Backups in a folder. What is made in it is renamed, and so never seen by halves. */
export function folderPlace(dir: string): Place {
  const at = (path: string) => join(dir, ...path.split("/"));
  return {
    name: dir,

    listFolders: () => listNames(dir),

    async *listObjects() {
      for (const spread of await listNames(at(OBJECTS))) {
        for (const id of await listNames(join(at(OBJECTS), spread))) {
          const names = await listNames(join(at(OBJECTS), spread, id));
          yield names.map((name) => `${OBJECTS}/${spread}/${id}/${name}`);
        }
      }
    },

    async read(path) {
      const file = await open(at(path), "r");
      return createReadStream("", { fd: file });
    },

    async sizeOf(path) {
      const found = await stat(at(path)).catch(() => null);
      return found?.size ?? null;
    },

    async put(path, file) {
      const written = await open(file, "r");
      await written.sync().finally(() => written.close());
      await mkdir(dirname(at(path)), { recursive: true, mode: 0o700 });
      await rename(file, at(path));
      await syncFolder(dirname(at(path)));
    },

    async publish(draft, name) {
      await syncFolder(join(draft, "tables"));
      await syncFolder(draft);
      await rename(draft, at(name));
      await syncFolder(dir);
    },

    async withDraft(work) {
      await mkdir(dir, { recursive: true, mode: 0o700 });
      for (const name of await readdir(dir)) {
        if (name.startsWith(INCOMPLETE)) await rm(at(name), { recursive: true });
      }
      const draft = await mkdtemp(join(dir, INCOMPLETE));
      await chmod(draft, 0o700);
      try {
        return await work(draft);
      } finally {
        await rm(draft, { recursive: true, force: true });
      }
    },

    async removeFolder(name) {
      const draft = at(`${INCOMPLETE}${name}`);
      await rename(at(name), draft);
      await rm(draft, { recursive: true });
    },

    async removeObjects(paths) {
      for (const path of paths) {
        await rm(at(path), { force: true });
        await rmdir(dirname(at(path))).catch(() => {});
      }
    },

    close: async () => {},
  };
}

async function listNames(path: string): Promise<string[]> {
  return readdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
}
