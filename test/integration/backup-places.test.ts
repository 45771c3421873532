import { execFile } from "node:child_process";
import { randomBytes, randomUUID } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { openBackup } from "@/server/backup/fill";
import type { Keep } from "@/server/backup/keep";
import { findBackup, listBackups } from "@/server/backup/manifest";
import { openPlace } from "@/server/backup/open-place";
import type { Place } from "@/server/backup/place";
import { restoreBackup } from "@/server/backup/restore";
import { takeBackup } from "@/server/backup/take";
import { verifyBackup } from "@/server/backup/verify";
import { config } from "@/server/config";
import { removeFile } from "@/server/domain/files/removal";
import { createRoom } from "@/server/domain/rooms";
import { directoryStorage } from "@/server/storage/directory";
import { createEmptyDatabase } from "../support/database";
import { useTestDomain } from "../support/domain";
import { useTestFiles } from "../support/files";
import { newPerson } from "../support/people";
import { startS3, type TestS3 } from "../support/s3";

const MIGRATIONS = "prisma/migrations";
const NEWEST: Keep = { y: 1 };

const shared = useTestDomain();
const { upload } = useTestFiles();
let dir: string;
let s3: TestS3;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "adda-places-"));
  s3 = await startS3();
});

afterAll(async () => {
  await s3?.stop();
  await rm(dir, { recursive: true, force: true });
});

describe.each([
  ["a folder", () => openPlace(join(dir, "backups"), config())],
  ["a bucket", () => openPlace("s3://adda-files/backups/adda", { s3Access: s3.options })],
])("backups in %s", { timeout: 60_000 }, (kind, open) => {
  let place: Place;

  beforeAll(() => {
    place = open();
  });

  afterAll(() => place.close());

  it("appear whole, share their files, go by rule, and come back byte for byte", async () => {
    expect(await listBackups(place)).toEqual([]);
    const grace = await newPerson("Grace");
    const room = await createRoom(grace, { name: `Archive in ${kind}` });
    const bytes = randomBytes(100_000);
    const file = await upload(grace, room.id, { name: "plan.bin", bytes });
    const path = `objects/${file.id.slice(-2)}/${file.id}/original`;

    const first = await take();
    expect(await listBackups(place)).toEqual([first.name]);
    expect((await buffer(await place.read(path))).equals(bytes)).toBe(true);
    const puts: string[] = [];
    const watched: Place = {
      ...place,
      put(to, from) {
        puts.push(to);
        return place.put(to, from);
      },
    };
    const other = await upload(grace, room.id, { name: "other.bin", bytes: randomBytes(500) });
    await nextSecond(first.manifest.takenAt);
    const second = await take(watched);
    expect(puts).toEqual([`objects/${other.id.slice(-2)}/${other.id}/original`]);
    expect(await listBackups(place)).toEqual([first.name, second.name]);
    expect(await findBackup(place, undefined)).toBe(second.name);
    await expect(findBackup(place, "2001-01-01T00-00-00Z")).rejects.toThrow(`${place.name}. It has: ${first.name}`);

    const verified = await verifyBackup({
      place,
      name: second.name,
      databaseUrl: url(),
      migrations: MIGRATIONS,
      keys: null,
    });
    expect(verified.files).toBe(second.manifest.objects.count);
    const target = await createEmptyDatabase();
    onTestFinished(() => target.stop());
    const folder = join(dir, `restored into ${kind}`);
    const storage = directoryStorage({ dir: folder, secret: "x", uploadPath: "/uploads" });
    const backup = await openBackup(place, first.name, null);
    await restoreBackup({ backup, databaseUrl: target.url, migrations: MIGRATIONS, storage, secretsDir: null });
    expect((await readFile(join(folder, path))).equals(bytes)).toBe(true);

    await removeFile(file.id);
    await nextSecond(second.manifest.takenAt);
    const third = await take(place, NEWEST);
    expect(await listBackups(place)).toEqual([third.name]);
    expect(await place.sizeOf(path)).toBeNull();
    expect(await place.sizeOf(`objects/${other.id.slice(-2)}/${other.id}/original`)).toBe(500);
    expect(await place.sizeOf(`${first.name}/manifest.json`)).toBeNull();
  });

  it("do not count when they were cut off, leave nothing, and leave what is not theirs", async () => {
    const before = await listBackups(place);
    const left =
      kind === "a bucket" ? "2001-01-01T00-00-00Z/tables/User.copy.gz" : ".incomplete-cut/tables/User.copy.gz";
    await put(left, "half");
    const others = [`2a/${randomUUID()}/original`, "2026-notes/manifest.txt", "objects/ab/mine/notes.txt"];
    for (const path of others) await put(path, "not of a backup");
    expect(await place.sizeOf(left)).toBe(4);
    expect(await listBackups(place)).toEqual(before);
    await nextSecond(new Date().toISOString());
    const next = await take(place, NEWEST);
    expect(await listBackups(place)).toEqual([next.name]);
    for (const path of others) expect(await place.sizeOf(path), path).toBe(15);
    expect(await place.sizeOf(left)).toBeNull();
  });

  it("are not restored when a file has other bytes", async () => {
    const name = await findBackup(place, undefined);
    const { manifest } = await openBackup(place, name, null);
    const [table] = manifest.tables;
    const path = `${name}/tables/${table?.name}.copy.gz`;
    const bytes = await buffer(await place.read(path));
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
    const changed = join(dir, "changed");
    await writeFile(changed, bytes);
    await place.put(path, changed);
    await expect(openBackup(place, name, null)).rejects.toThrow(`${path} is damaged`);
  });

  async function put(path: string, text: string): Promise<void> {
    const file = join(dir, "to-be-put");
    await writeFile(file, text);
    await place.put(path, file);
  }

  function take(to = place, keep: Keep | null = null) {
    const { pool, storage } = shared();
    const note = () => {};
    const options = { databaseUrl: url(), pool, storage, secretsDir: null, addaVersion: "test", encryption: null };
    return takeBackup({ ...options, place: to, keep, note });
  }
});

function url(): string {
  const { connectionString } = shared().pool.options;
  if (!connectionString) throw new Error("The test's database has an address.");
  return connectionString;
}

it("a server that keeps its files in a folder backs up into a bucket, and verifies that", {
  timeout: 60_000,
}, async () => {
  const { endpoint, accessKeyId, secretAccessKey } = s3.options;
  const adda = (words: string[], environment: Record<string, string> = {}) =>
    promisify(execFile)(process.execPath, ["--import", "tsx", "server/cli.ts", ...words, "--json"], {
      env: {
        ...process.env,
        AUTH_SECRET: "a-secret-of-the-tests-that-guards-nothing",
        DATABASE_URL: url(),
        DATA_DIR: config().dataDir,
        BACKUP_TO: "s3://adda-files/by-command",
        S3_ENDPOINT: endpoint,
        S3_ACCESS_KEY_ID: accessKeyId,
        S3_SECRET_ACCESS_KEY: secretAccessKey,
        ...environment,
      },
    });
  const made = JSON.parse((await adda(["backup", "s3://adda-files/by-command/"])).stdout);
  expect(made).toMatchObject({ backup: expect.stringMatching(/^s3:\/\/adda-files\/by-command\/20/), missing: 0 });
  const verified = JSON.parse((await adda(["verify", "s3://adda-files/by-command"])).stdout);
  expect(verified.files).toBe(made.files);
  await expect(adda(["verify", "s3://key:word@adda-files/x"])).rejects.toThrow("is no place for backups");
  await expect(adda(["verify", "s3://adda-files"], { BACKUP_TO: "" })).rejects.toThrow("need the name of a bucket");
});

/** Backups are named by their second. */
async function nextSecond(takenAt: string): Promise<void> {
  const next = Math.floor(Date.parse(takenAt) / 1_000) * 1_000 + 1_000;
  await expect.poll(() => Date.now(), { timeout: 2_000 }).toBeGreaterThanOrEqual(next);
}
