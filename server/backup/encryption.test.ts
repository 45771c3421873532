import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createKeyFile, decryptionFor, encryptionFor, readKeyFile, type Through } from "./encryption";

let dir: string;
let ours: string;
let publicKey: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "adda-keys-"));
  ours = join(dir, "ours");
  publicKey = await createKeyFile(ours);
});

afterAll(() => rm(dir, { recursive: true }));

const through = (step: Through, bytes: Buffer) => buffer(Readable.from(step(Readable.from([bytes]))));

it("what is encrypted for a public key alone is decrypted with its secret key, and by nobody else", async () => {
  await writeFile(join(dir, "public"), `# on the server\r\n${publicKey}\r\n`);
  await createKeyFile(join(dir, "theirs"));
  const onlyPublic = await readKeyFile(join(dir, "public"));
  expect(onlyPublic).toEqual({ recipients: [publicKey], identities: [] });
  const { encrypt, recipients } = encryptionFor(onlyPublic);

  const bytes = randomBytes(300_000);
  const encrypted = await through(encrypt, bytes);
  expect(encrypted.subarray(0, 21).toString()).toBe("age-encryption.org/v1");
  const decrypt = await decryptionFor(recipients, await readKeyFile(ours));
  expect((await through(decrypt, encrypted)).equals(bytes)).toBe(true);

  await expect(decryptionFor(recipients, await readKeyFile(join(dir, "theirs")))).rejects.toThrow("no secret key");
  await expect(decryptionFor(recipients, onlyPublic)).rejects.toThrow("no secret key");
  await expect(decryptionFor(recipients, null)).rejects.toThrow("--key-file");
});

it("what was changed or cut short is not decrypted", async () => {
  const keys = await readKeyFile(ours);
  const { encrypt, recipients } = encryptionFor(keys);
  const encrypted = await through(encrypt, randomBytes(200_000));
  const decrypt = await decryptionFor(recipients, keys);
  const changed = Buffer.from(encrypted);
  changed.writeUInt8(changed.readUInt8(150_000) ^ 1, 150_000);
  await expect(through(decrypt, changed)).rejects.toThrow();
  // At the end of a chunk, where what is left looks whole.
  const header = encrypted.indexOf("\n", encrypted.indexOf("\n--- ") + 1) + 1;
  await expect(through(decrypt, encrypted.subarray(0, header + 16 + 65_552))).rejects.toThrow();
});

it("a set of keys has one name, in whatever order", async () => {
  const other = await createKeyFile(join(dir, "second"));
  const both = encryptionFor({ recipients: [publicKey, other], identities: [] });
  expect(encryptionFor({ recipients: [other, publicKey, other], identities: [] }).id).toBe(both.id);
  expect(encryptionFor({ recipients: [publicKey], identities: [] }).id).not.toBe(both.id);
});

it("a key file is for its owner, is never overwritten, and is never repeated in an error", async () => {
  expect((await stat(ours)).mode & 0o777).toBe(0o600);
  const before = await readFile(ours);
  await expect(createKeyFile(ours)).rejects.toThrow("is there already");
  expect((await readFile(ours)).equals(before)).toBe(true);

  const bad = join(dir, "bad");
  await writeFile(bad, `${publicKey}\nAGE-SECRET-KEY-1NEARLY\n`);
  const error = await readKeyFile(bad).catch((reason: Error) => reason.message);
  expect(error).toBe(`Line 2 of ${bad} is no key of age.`);
  await writeFile(bad, "# nothing\n");
  await expect(readKeyFile(bad)).rejects.toThrow("has no key");
  await writeFile(bad, Buffer.alloc(70_000, "#"));
  await expect(readKeyFile(bad)).rejects.toThrow("too long");
});
