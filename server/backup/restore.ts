import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { Storage } from "../storage/storage";
import { asItIs } from "./encryption";
import { type Backup, fillDatabase } from "./fill";
import { objectPath, readObjectList } from "./objects";
import { secretPath } from "./take";

type Options = {
  /** Which was checked. */
  backup: Backup;
  /** Of a database in which nobody has an account. */
  databaseUrl: string;
  migrations: string;
  storage: Storage;
  /** Where the secrets go; null where they are the operator's. */
  secretsDir: string | null;
};

/**
 * Puts a backup into an empty database and an empty storage. The database comes last: a restore that is cut off is not
 * taken for one that is done.
 */
export async function restoreBackup(options: Options): Promise<void> {
  const { backup, databaseUrl, migrations, storage, secretsDir } = options;
  const { place, name, manifest, decrypt } = backup;
  for await (const object of readObjectList(place, name)) {
    await storage.withScratch(async (scratch) => {
      const copy = join(scratch, "object");
      const body = await place.read(objectPath(object));
      await pipeline(body, object.encrypted ? decrypt : asItIs, createWriteStream(copy, { mode: 0o600 }));
      await storage.putFile(object.key, copy);
    });
  }
  if (secretsDir !== null && manifest.secrets !== "left out") {
    for (const secret of manifest.secrets) {
      const from = await place.read(`${name}/${secretPath(secret, manifest.encryptedFor)}`);
      await pipeline(from, decrypt, createWriteStream(join(secretsDir, secret), { mode: 0o600, flush: true }));
    }
  }
  await fillDatabase(databaseUrl, migrations, backup);
}
