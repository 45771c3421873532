import { resolve } from "node:path";

/** What an operator calls a place for backups; `name` says the same of each way to write it. */
export type PlaceAddress = { name: string } & ({ dir: string } | { bucket: string; prefix: string });

const BUCKET = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])((?:\/[\w.-]+)*)\/?$/;

/** A folder, or `s3://BUCKET/PREFIX`. @returns null for anything else that looks like an address. */
export function parsePlaceAddress(given: string): PlaceAddress | null {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(given)) return { name: resolve(given), dir: resolve(given) };
  const [, bucket, path = ""] = BUCKET.exec(given) ?? [];
  return bucket ? { name: `s3://${bucket}${path}`, bucket, prefix: path && `${path.slice(1)}/` } : null;
}
