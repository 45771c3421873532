import { readdir, rename, rm, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { listBackups } from "./manifest";
import { objectName, objectsFolder, readObjectList } from "./objects";

/** Removes these backups, and the files that no other backup in the folder has. While nobody else makes a backup there. */
export async function removeBackups(dir: string, names: readonly string[]): Promise<void> {
  if (names.length === 0) return;
  for (const name of names) {
    // What is half removed is no backup any more.
    const draft = join(dir, `.incomplete-${name}`);
    await rename(join(dir, name), draft);
    await rm(draft, { recursive: true });
  }
  const needed = new Set<string>();
  for (const name of await listBackups(dir)) {
    for await (const object of readObjectList(join(dir, name))) needed.add(objectName(object));
  }
  for (const spread of await readdir(objectsFolder(dir))) {
    for (const id of await readdir(join(objectsFolder(dir), spread))) {
      const folder = join(objectsFolder(dir), spread, id);
      const variants = await readdir(folder);
      const gone = variants.filter((variant) => !needed.has(`${spread}/${id}/${variant}`));
      for (const variant of gone) await rm(join(folder, variant));
      if (gone.length === variants.length) await rmdir(folder);
    }
  }
}
