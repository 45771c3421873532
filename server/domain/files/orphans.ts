import { shared } from "@/server/shared";
import type { ListedObject } from "@/server/storage/storage";
import { isUuid } from "../slugs";
import { keyOf, VARIANTS } from "./file-row";

/** What is stored has a row before it has bytes; a database that was set back may get its rows again within this. */
export const ORPHAN_MIN_AGE_MS = 2 * 24 * 60 * 60 * 1_000;
const REMOVED_AT_ONCE = 100;

/** What the storage has. Other things in the same bucket are in none of these. */
export type Orphans = {
  /** Objects whose file has a row. */
  known: number;
  /** Objects of files that have no row, stored before the given moment. */
  orphans: Pick<ListedObject, "key" | "bytes">[];
};

/** Looks through the whole storage for objects that no row names, and that no reader can reach. */
export async function findOrphans(before: Date): Promise<Orphans> {
  const found: Orphans = { known: 0, orphans: [] };
  for await (const page of shared().storage.listObjects()) {
    const ours = page.filter(({ key }) => fileIdOf(key) !== null);
    const known = await findKnown(ours.map(({ key }) => key));
    for (const { key, bytes, storedAt } of ours) {
      if (known.has(key)) found.known++;
      else if (storedAt < before) found.orphans.push({ key, bytes });
    }
  }
  return found;
}

/** Removes those that still have no row. @returns how many it removed. */
export async function removeOrphans(keys: readonly string[]): Promise<number> {
  let removed = 0;
  for (let from = 0; from < keys.length; from += REMOVED_AT_ONCE) {
    const some = keys.slice(from, from + REMOVED_AT_ONCE);
    const known = await findKnown(some);
    const goners = some.filter((key) => fileIdOf(key) !== null && !known.has(key));
    await shared().storage.remove(goners);
    removed += goners.length;
  }
  return removed;
}

/** Those whose file has a row, whatever its state: of a file that is gone, the sweep of removed files takes the bytes. */
async function findKnown(keys: readonly string[]): Promise<Set<string>> {
  const ids = keys.flatMap((key) => fileIdOf(key) ?? []);
  const { rows } = await shared().pool.query<{ id: string }>(`SELECT id FROM "File" WHERE id = ANY($1::uuid[])`, [ids]);
  const known = new Set(rows.map(({ id }) => id));
  return new Set(keys.filter((key) => known.has(fileIdOf(key) ?? "")));
}

/** The file that an object of ours belongs to; null for what is not of ours. A store keeps `incoming/` ones for a while. */
function fileIdOf(key: string): string | null {
  const own = key.startsWith("incoming/") ? key.slice("incoming/".length) : key;
  const [, id = "", variant = ""] = own.split("/");
  return isUuid(id) && id === id.toLowerCase() && VARIANTS.includes(variant) && own === keyOf(id, variant) ? id : null;
}
