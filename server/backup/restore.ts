import { constants } from "node:fs";
import { copyFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Storage } from "../storage/storage";
import { type Backup, fillDatabase } from "./fill";
import { objectPath, readObjectList } from "./objects";

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
  const { folder, manifest } = backup;
  for await (const { key } of readObjectList(folder)) {
    await storage.withScratch(async (scratch) => {
      const copy = join(scratch, "object");
      await copyFile(objectPath(dir, key), copy, constants.COPYFILE_FICLONE);
      await storage.putFile(key, copy);
    });
  }
  if (secretsDir !== null && manifest.secrets !== "left out") {
    for (const secret of manifest.secrets) {
      await writeFile(join(secretsDir, secret), await readFile(join(folder, secret)), { mode: 0o600 });
    }
  }
  await fillDatabase(databaseUrl, migrations, backup);
}
