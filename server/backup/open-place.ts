import { CommandFailed } from "../cli/command";
import { type S3Options, s3Storage } from "../storage/s3";
import { bucketPlace } from "./bucket-place";
import { folderPlace } from "./folder-place";
import type { Place } from "./place";
import { parsePlaceAddress } from "./place-address";

/**
 * A folder, or `s3://BUCKET/PREFIX` in the store that the `S3_…` settings name.
 * @throws CommandFailed for another address.
 */
export function openPlace(given: string, { s3Access }: { s3Access: Omit<S3Options, "bucket" | "prefix"> }): Place {
  const address = parsePlaceAddress(given);
  // Never repeated: somebody may have written keys into it.
  if (!address) throw new CommandFailed("This is no place for backups: write a folder, or s3://BUCKET/PREFIX.");
  if ("dir" in address) return folderPlace(address.dir);
  const { bucket, prefix, name } = address;
  return bucketPlace(name, s3Storage({ ...s3Access, bucket, prefix }));
}
