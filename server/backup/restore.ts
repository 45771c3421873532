import { constants, createReadStream, createWriteStream } from "node:fs";
import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { Storage } from "../storage/storage";
import { type Backup, fillDatabase } from "./fill";
import { objectPath, readObjectList } from "./objects";
import { secretPath } from "./take";

type Options = {
  /** The folder of all backups, and the one to restore, which was checked. */
  dir: string;
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
  const { dir, backup, databaseUrl, migrations, storage, secretsDir } = options;
  const { folder, manifest, decrypt } = backup;
  for await (const object of readObjectList(folder)) {
    await storage.withScratch(async (scratch) => {
      const copy = join(scratch, "object");
      const path = objectPath(dir, object);
      if (object.encrypted) await pipeline(createReadStream(path), decrypt, createWriteStream(copy, { mode: 0o600 }));
      else await copyFile(path, copy, constants.COPYFILE_FICLONE);
      await storage.putFile(object.key, copy);
    });
  }
  if (secretsDir !== null && manifest.secrets !== "left out") {
    for (const secret of manifest.secrets) {
      const from = createReadStream(secretPath(folder, secret, manifest.encryptedFor));
      await pipeline(from, decrypt, createWriteStream(join(secretsDir, secret), { mode: 0o600, flush: true }));
    }
  }
  await fillDatabase(databaseUrl, migrations, backup);
}
