import { listBackups } from "./manifest";
import { isObjectPath, objectPath, readObjectList } from "./objects";
import type { Place } from "./place";

/** Removes these backups, and the files that no other backup has. While nobody else makes a backup there. */
export async function removeBackups(place: Place, names: readonly string[]): Promise<void> {
  if (names.length === 0) return;
  for (const name of names) await place.removeFolder(name);
  const needed = new Set<string>();
  for (const name of await listBackups(place)) {
    for await (const object of readObjectList(place, name)) needed.add(objectPath(object));
  }
  for await (const paths of place.listObjects()) {
    await place.removeObjects(paths.filter((path) => isObjectPath(path) && !needed.has(path)));
  }
}
