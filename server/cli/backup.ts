import { readdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import packageJson from "../../package.json" with { type: "json" };
import type { Keys } from "../backup/encryption";
import { type Keep, parseKeep } from "../backup/keep";
import type { Place } from "../backup/place";
import type { Config } from "../config";
import { MIGRATIONS } from "../environment";
import { findRunningPostgres } from "../postgres/embedded";
import { shared } from "../shared";
import { openTransfer } from "../transfer/transfer";
import { type Command, type CommandCall, CommandFailed, requireArgument } from "./command";
import { withDatabase, withDatabaseAsFound } from "./with-database";

const FROM = {
  options: { at: { type: "string" }, "key-file": { type: "string" } },
  optionSummaries: {
    at: "The backup of that time, as its folder is called; else the newest",
    "key-file": "The file with the secret key, for an encrypted backup; else BACKUP_KEY_FILE",
  },
} satisfies Pick<Command, "options" | "optionSummaries">;

export const backup: Command = {
  name: "backup",
  parameters: "DIR|s3://BUCKET/PREFIX",
  summary: "Backs up the database, the files and the secrets, also while Adda runs",
  options: { "without-secrets": { type: "boolean" }, keep: { type: "string" }, "key-file": { type: "string" } },
  optionSummaries: {
    keep: "Removes older ones: 7d,4w,12m keeps the newest of 7 days, 4 weeks and 12 months (h, d, w, m, y)",
    "key-file": "Encrypts for the keys in this file (backup-key makes one); else for BACKUP_KEY_FILE",
    "without-secrets": "Leaves out the secret that seals sessions: after a restore everybody signs in again",
  },
  run: (call) =>
    withPlace(call, async (place) => {
      const { config, options, print, note } = call;
      const keep = readKeep(options.keep);
      const { encryptionFor } = await import("../backup/encryption");
      const keys = await readKeys(call);
      const { takeBackup } = await import("../backup/take");
      const secretsDir = options["without-secrets"] ? null : config.dataDir;
      const { storage } = openTransfer(config);
      const { name, manifest } = await withDatabase(config, (databaseUrl) =>
        takeBackup({
          place,
          databaseUrl,
          pool: shared().pool,
          storage,
          secretsDir,
          addaVersion: packageJson.version,
          encryption: keys && encryptionFor(keys),
          keep,
          note,
        }),
      ).finally(() => storage.close());
      const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0);
      const { objects, missing, secrets } = manifest;
      if (missing.length > 0) note(`${missing.length} files are missing in the storage: the manifest names them.`);
      if (config.authSecret === process.env.AUTH_SECRET) note("AUTH_SECRET is yours: keep it yourself.");
      print(
        {
          backup: `${place.name}/${name}`,
          rows,
          files: objects.count,
          bytes: objects.bytes,
          missing: missing.length,
          secrets,
          encrypted: keys !== null,
        },
        `${place.name}/${name}: ${rows} rows, ${objects.count} files${keys ? ", encrypted" : ""}.`,
      );
    }),
};

export const restore: Command = {
  name: "restore",
  parameters: "DIR|s3://BUCKET/PREFIX",
  summary: "Restores a backup into an empty DATA_DIR or DATABASE_URL; Adda must not run",
  ...FROM,
  run: (call) =>
    withPlace(call, async (place) => {
      const { config, options, print, note } = call;
      const { findBackup } = await import("../backup/manifest");
      const { openBackup } = await import("../backup/fill");
      const { restoreBackup } = await import("../backup/restore");
      const name = await findBackup(place, options.at as string | undefined);
      if (!config.databaseUrl && (await findRunningPostgres(config.dataDir))) {
        throw new CommandFailed(`Adda runs on ${config.dataDir}: stop it, or set DATA_DIR to an empty folder.`);
      }
      await requireNoFiles(config);
      note(`Checking ${name}.`);
      const found = await openBackup(place, name, await readKeys(call));
      const { storage } = openTransfer(config);
      const secretsDir = process.env.AUTH_SECRET ? null : config.dataDir;
      await withDatabaseAsFound(config, async (databaseUrl) => {
        await requireEmpty(databaseUrl);
        await restoreBackup({ backup: found, databaseUrl, migrations: MIGRATIONS, storage, secretsDir });
      }).finally(() => storage.close());
      const { takenAt, objects, missing } = found.manifest;
      print(
        { restored: `${place.name}/${name}`, takenAt, files: objects.count, missing: missing.length },
        `Restored what was there at ${takenAt}, with ${objects.count} files. Start Adda.`,
      );
    }),
};

export const verify: Command = {
  name: "verify",
  parameters: "DIR|s3://BUCKET/PREFIX",
  summary: "Restores a backup into a database that is removed again, counts its rows and reads its files",
  ...FROM,
  run: (call) =>
    withPlace(call, async (place) => {
      const { config, options, print } = call;
      const { findBackup } = await import("../backup/manifest");
      const { verifyBackup } = await import("../backup/verify");
      const name = await findBackup(place, options.at as string | undefined);
      const keys = await readKeys(call);
      const verified = await withDatabaseAsFound(config, (databaseUrl) =>
        verifyBackup({ place, name, databaseUrl, migrations: MIGRATIONS, keys }),
      );
      const lines = Object.entries(verified.rows).map(([table, rows]) => `  ${table}: ${rows}`);
      print(verified, [`${name} can be restored: ${verified.files} files, and these rows:`, ...lines].join("\n"));
    }),
};

export const backupKey: Command = {
  name: "backup-key",
  parameters: "FILE",
  summary: "Makes a key with which backups are encrypted",
  async run(call) {
    const file = resolve(requireArgument(call, 0, "FILE"));
    const { createKeyFile } = await import("../backup/encryption");
    const publicKey = await createKeyFile(file);
    call.print({ file, publicKey }, `${file} is the key. Keep a copy elsewhere: without it no backup can be restored.`);
  },
};

async function withPlace(call: CommandCall, work: (place: Place) => Promise<void>): Promise<void> {
  const { openPlace } = await import("../backup/open-place");
  const place = openPlace(requireArgument(call, 0, "DIR"), call.config);
  await work(place).finally(() => place.close());
}

async function readKeys({ options, config }: CommandCall): Promise<Keys | null> {
  const file = options["key-file"] ?? config.backupKeyFile;
  if (typeof file !== "string") return null;
  return (await import("../backup/encryption")).readKeyFile(resolve(file));
}

function readKeep(given: CommandCall["options"][string]): Keep | null {
  if (typeof given !== "string") return null;
  const keep = parseKeep(given);
  if (!keep) throw new CommandFailed(`--keep ${given} is no such rule: write it as 7d,4w,12m.`);
  return keep;
}

async function requireEmpty(databaseUrl: string): Promise<void> {
  const { findContent } = await import("../backup/fill");
  const content = await findContent(databaseUrl);
  if (content) throw new CommandFailed(`The database is not empty: it has ${content}. Nothing was changed.`);
}

/** A bucket is shared by what else is in it: only the database's emptiness is required there. */
async function requireNoFiles({ s3, dataDir }: Config): Promise<void> {
  if (s3) return;
  const objects = join(dataDir, "files/objects");
  const names = await readdir(objects).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  if (names.length > 0) {
    throw new CommandFailed(
      `${objects} is not empty: move it away, or set DATA_DIR to another folder. Nothing was changed.`,
    );
  }
}
