import { execFile } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { existsSync, readFileSync, statSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import type { FileUpload } from "@/protocol/files";
import type { Message } from "@/protocol/frames";
import { folderPlace } from "@/server/backup/folder-place";
import { listBackups } from "@/server/backup/manifest";
import { createEmptyDatabase } from "../support/database";
import { signUpPerson, type TestPerson } from "../support/person";
import { type Environment, launch, startTestServer, type TestServer } from "../support/server";
import { signIn } from "../support/sign-in";

const FOLDER = "/mnt/backups/adda";
/** What docs/operations.md tells an operator to run, in its order. */
const COMMANDS = [
  ...readFileSync("docs/operations.md", "utf8").matchAll(/^ {4}npm run adda -- ((?:backup|verify|restore) .*)$/gm),
].map(([, words = ""]) => words.replace(/\s+#.*$/, ""));
const PICTURE = randomBytes(300_000);

let root: string;
let server: TestServer;
let restored: Awaited<ReturnType<typeof launch>> | undefined;
let grace: TestPerson;
let cookie: string;
let room: { id: string; slug: string };
let said: Message[];

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "adda-backup-"));
  server = await startTestServer({ AUTH_SECRET: "", DATA_DIR: join(root, "data"), CHAT_PER_SECOND_PER_USER: "1000" });
  grace = await signUpPerson(server.url, "Grace");
  cookie = await signIn(server.url, grace);
  room = await grace.call("POST", "/api/rooms", { name: "Archive" });
}, 60_000);

afterAll(async () => {
  await restored?.end("SIGTERM");
  await server?.stop();
  await rm(root, { recursive: true, force: true });
});

describe("a backup that is made while people talk", { timeout: 120_000 }, () => {
  it("has all that was accepted before it began, and nothing by halves", async () => {
    await post("First");
    const regretted = await post("To be deleted");
    await grace.call("DELETE", `/api/rooms/${room.id}/messages/${regretted.id}`);
    await sendFile("plan.bin", PICTURE);
    await post("Before the backup");
    const before = await listMessages(server.url);

    let isTalking = true;
    const talk = (async () => {
      for (let n = 1; isTalking; n++) await post(`While it runs ${n}`);
    })();
    const first = await run("backup");
    isTalking = false;
    await talk;
    expect(first).toMatchObject({ files: 1, missing: 0, secrets: ["auth-secret"] });

    await post("After it");
    const second = await run("backup");
    expect(second.rows).toBeGreaterThan(first.rows);
    said = await listMessages(server.url);
    expect(said.length).toBeGreaterThan(before.length + 1);
  });

  it("keeps a file once for all backups, by a second name for the same bytes", async () => {
    const [object, ...others] = await filesIn(join(root, "backups/objects"));
    expect(others).toEqual([]);
    expect(await hashOf(object)).toBe(createHash("sha256").update(PICTURE).digest("hex"));
    expect(statSync(object ?? "").nlink).toBe(2);
    expect((await readdir(join(root, "backups"))).filter((name) => name.startsWith("."))).toEqual([]);
    for (const path of await filesIn(join(root, "backups"))) expect(statSync(path).mode & 0o077, path).toBe(0);
  });

  it("is verified in a database of its own, which is removed again", async () => {
    const verified = await run("verify");
    expect(verified).toMatchObject({ files: 1, missing: 0, rows: { User: 2, File: 1 } });
    // In the room, and the welcome in the lobby.
    expect(verified.rows.Message).toBe(said.length + 1);
  });

  it("is restored elsewhere, into the embedded database: everything is there, and sessions go on", async () => {
    const elsewhere = join(root, "elsewhere");
    const there = { DATA_DIR: elsewhere, DATABASE_URL: "" };
    expect(await run("restore", there)).toMatchObject({ files: 1, missing: 0 });
    restored = await launch({ ...there, PORT: "0", LOG_LEVEL: "warn" });

    const messages = await listMessages(restored.url);
    expect(messages).toEqual(said);
    expect(messages.find(({ seq }) => seq === 2)).toMatchObject({ message: "", deletedAt: expect.any(String) });
    const [file] = messages.flatMap(({ files = [] }) => files);
    const answer = await fetch(`${restored.url}${file?.url}`, { headers: { Authorization: `Bearer ${grace.token}` } });
    expect(Buffer.from(await answer.arrayBuffer()).equals(PICTURE)).toBe(true);
    const me = await fetch(`${restored.url}/api/users/me`, { headers: { cookie } });
    expect(await me.json()).toMatchObject({ id: grace.id, name: "Grace" });
    expect(await signIn(restored.url, grace)).toContain("session-token=");

    const again = run("restore", there);
    await expect(again).rejects.toThrow(/Adda runs on .*: stop it/);
    await restored.end("SIGTERM");
    restored = undefined;
    await expect(run("restore", there)).rejects.toThrow(/is not empty: .* Nothing was changed\./);
    await rm(join(elsewhere, "files"), { recursive: true });
    await expect(run("restore", there)).rejects.toThrow(/The database is not empty: .* Nothing was changed\./);
  });

  it("is encrypted for a public key, and is nothing without the secret one", async () => {
    const folder = join(root, "encrypted");
    const key = join(root, "backup.key");
    const onServer = join(root, "backup.pub");
    const { publicKey } = await command(["backup-key", key]);
    await writeFile(onServer, publicKey);
    const { backup, encrypted } = await command(["backup", folder], { BACKUP_KEY_FILE: onServer });
    expect(encrypted).toBe(true);
    const [object = ""] = await filesIn(join(folder, "objects"));
    const before = statSync(object);
    const next = await command(["backup", folder, "--key-file", key]);
    expect([statSync(object).ino, (await filesIn(join(folder, "objects"))).length]).toEqual([before.ino, 1]);

    const secrets = await Promise.all((await filesIn(backup)).map((path) => readFile(path)));
    const authSecret = (await readFile(join(root, "data/auth-secret"), "utf8")).trim();
    expect(secrets.some((bytes) => bytes.includes(authSecret))).toBe(false);
    expect((await readFile(object)).includes(PICTURE.subarray(1_000, 1_100))).toBe(false);
    for (const path of await filesIn(join(backup, "tables"))) {
      expect((await readFile(path)).subarray(0, 19).toString(), path).toBe("age-encryption.org/");
    }

    const at = ["--at", basename(next.backup)];
    await expect(command(["verify", folder])).rejects.toThrow(/is encrypted for age1\w+: give its secret key/);
    expect(await command(["verify", folder, ...at, "--key-file", key])).toMatchObject({ files: 1, missing: 0 });
    const there = { DATA_DIR: join(root, "decrypted"), DATABASE_URL: "", BACKUP_KEY_FILE: key };
    expect(await command(["restore", folder], there)).toMatchObject({ files: 1, missing: 0 });
    const [restoredObject] = await filesIn(join(root, "decrypted/files/objects"));
    expect(await hashOf(restoredObject)).toBe(createHash("sha256").update(PICTURE).digest("hex"));
    expect((await readFile(join(root, "decrypted/auth-secret"), "utf8")).trim()).toBe(authSecret);
  });

  it("makes room for itself: what an older backup alone had goes with it", async () => {
    const folder = join(root, "backups");
    const names = (await readdir(folder)).filter((name) => name !== "objects").sort();
    expect(names).toHaveLength(2);
    const [withFile] = said.filter(({ files = [] }) => files.length > 0);
    await grace.call("DELETE", `/api/rooms/${room.id}/messages/${withFile?.id}`);
    await sendFile("other.bin", randomBytes(1_000));
    const { backup } = await run("backup", {}, ["--keep", "1y"]);
    expect(await readdir(folder)).toEqual(expect.arrayContaining([basename(backup), "objects"]));
    expect(await readdir(folder)).toHaveLength(2);
    const [object, ...others] = await filesIn(join(folder, "objects"));
    expect(others).toEqual([]);
    expect(statSync(object ?? "").size).toBe(1_000);
    await run("verify");
  });

  it("moves into another PostgreSQL, counted, and never into one that is not empty", async () => {
    const other = await createEmptyDatabase();
    onTestFinished(() => other.stop());
    // As the page says: what a running server sweeps meanwhile would be counted once and not again.
    await server.terminate();
    const to = ["--to", other.url];
    const dry = await command(["db", "move", ...to, "--dry-run"]);
    const moved = await command(["db", "move", ...to]);
    expect(moved).toEqual({ rows: dry.rows, dryRun: false });
    expect(moved.rows).toMatchObject({ User: 2, File: expect.any(Number) });
    await expect(command(["db", "move", ...to])).rejects.toThrow(/is not empty: it has \d+ rows/);
    await expect(command(["db", "move", "--to", "mysql://x"])).rejects.toThrow("begins with postgresql://");
  });

  it("is made by itself as often as is wanted", async () => {
    const folder = join(root, "scheduled");
    const there = { DATA_DIR: join(root, "elsewhere"), DATABASE_URL: "" };
    const adda = await launch({ ...there, PORT: "0", BACKUP_TO: folder, BACKUP_KEEP: "7d", LOG_LEVEL: "info" });
    await expect.poll(() => listBackups(folderPlace(folder)), { timeout: 30_000 }).toHaveLength(1);
    await expect.poll(() => adda.output(), { timeout: 10_000 }).toContain("A backup was made.");
    expect(await adda.end("SIGTERM")).toBe(0);
  });

  it("is not restored and not verified where a byte of it is another", async () => {
    const [object = ""] = await filesIn(join(root, "backups/objects"));
    const bytes = await readFile(object);
    await rm(object);
    bytes.writeUInt8(bytes.readUInt8(100) ^ 1, 100);
    await writeFile(object, bytes);
    await expect(run("verify")).rejects.toThrow(/objects\S+ is damaged/);
    const empty = { DATA_DIR: join(root, "empty"), DATABASE_URL: "" };
    await expect(run("restore", empty)).rejects.toThrow(/objects\S+ is damaged/);
    expect(existsSync(join(root, "empty/postgres"))).toBe(false);
  });
});

/** The documented command, with the test's folder in place of the one that it names. @returns what it prints with `--json`. */
async function run(name: string, environment: Environment = {}, more: string[] = []) {
  const words = COMMANDS.find((command) => command.startsWith(`${name} `))?.replace(FOLDER, join(root, "backups"));
  if (!words) throw new Error(`docs/operations.md does not say how to ${name}.`);
  return command([...words.split(" "), ...more], environment);
}

async function command(words: string[], environment: Environment = {}) {
  const env = {
    ...process.env,
    AUTH_SECRET: "",
    DATA_DIR: join(root, "data"),
    DATABASE_URL: server.database.url,
    ...environment,
  };
  const argv = ["--import", "tsx", "server/cli.ts", ...words, "--json"];
  const { stdout } = await promisify(execFile)(process.execPath, argv, { env });
  return JSON.parse(stdout);
}

function post(message: string, files: string[] = []): Promise<Message> {
  return grace.call("POST", `/api/rooms/${room.id}/messages`, { message, files });
}

async function sendFile(name: string, bytes: Buffer): Promise<void> {
  const { id } = await grace.call<{ id: string }>("POST", `/api/rooms/${room.id}/files`, { name, size: bytes.length });
  const { upload } = await grace.call<FileUpload>("GET", `/api/files/${id}`);
  for (const { url, headers, offset, size } of upload?.parts ?? []) {
    const body = new Uint8Array(bytes.subarray(offset, offset + size));
    expect((await fetch(new URL(url, server.url), { method: "PUT", headers, body })).ok).toBe(true);
  }
  await grace.call("POST", `/api/files/${id}/complete`, {});
  await post("", [id]);
}

/** Every message of the room, the oldest first. */
async function listMessages(url: string): Promise<Message[]> {
  const messages: Message[] = [];
  for (let before = ""; ; before = `&before=${messages[0]?.seq}`) {
    const answer = await fetch(`${url}/api/rooms/${room.id}/messages?limit=100${before}`, {
      headers: { Authorization: `Bearer ${grace.token}` },
    });
    const page = await answer.json();
    messages.unshift(...page.messages);
    if (!page.more) return messages;
  }
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

async function hashOf(path = ""): Promise<string> {
  return createHash("sha256")
    .update(await readFile(path))
    .digest("hex");
}
