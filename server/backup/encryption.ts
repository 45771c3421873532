import { createHash } from "node:crypto";
import { readFile, stat, writeFile } from "node:fs/promises";
import { ReadableStream } from "node:stream/web";
import { Decrypter, Encrypter, generateX25519Identity, identityToRecipient } from "age-encryption";
import { CommandFailed } from "../cli/command";

/** A step of a pipeline. */
export type Through = (chunks: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;

/** Encrypts what a backup writes. `id` differs where another set of keys can read it. */
export type Encryption = { id: string; recipients: string[]; encrypt: Through };

/** What a key file has: `age1…` lines let it encrypt, `AGE-SECRET-KEY-1…` lines let it decrypt too. */
export type Keys = { recipients: string[]; identities: string[] };

const KEY_FILE_BYTES_MAX = 64 * 1024;

/** Passes everything on, for a backup that is not encrypted. */
export const asItIs: Through = async function* asItIs(chunks) {
  yield* chunks;
};

/** Makes a key file in the format of age. @returns its public key. @throws CommandFailed when the file is there already. */
export async function createKeyFile(path: string): Promise<string> {
  const identity = await generateX25519Identity();
  const recipient = await identityToRecipient(identity);
  const text = `# created: ${new Date().toISOString()}\n# public key: ${recipient}\n${identity}\n`;
  await writeFile(path, text, { flag: "wx", mode: 0o600, flush: true }).catch((error: NodeJS.ErrnoException) => {
    throw error.code === "EEXIST" ? new CommandFailed(`${path} is there already. Nothing was changed.`) : error;
  });
  return recipient;
}

/** @throws CommandFailed when it cannot be read or has no key. The message never repeats what is in the file. */
export async function readKeyFile(path: string): Promise<Keys> {
  const keys: Keys = { recipients: [], identities: [] };
  const lines = (await readText(path)).split(/\r?\n/).map((line) => line.trim());
  for (const [index, line] of lines.entries()) {
    if (line === "" || line.startsWith("#")) continue;
    try {
      const isIdentity = line.startsWith("AGE-SECRET-KEY-");
      const recipient = isIdentity ? await identityToRecipient(line) : line;
      new Encrypter().addRecipient(recipient);
      keys.recipients.push(recipient);
      if (isIdentity) keys.identities.push(line);
    } catch {
      throw new CommandFailed(`Line ${index + 1} of ${path} is no key of age.`);
    }
  }
  if (keys.recipients.length === 0) throw new CommandFailed(`${path} has no key.`);
  return keys;
}

export function encryptionFor({ recipients }: Keys): Encryption {
  const sorted = [...new Set(recipients)].sort();
  const encrypter = new Encrypter();
  for (const recipient of sorted) encrypter.addRecipient(recipient);
  return {
    id: createHash("sha256").update(sorted.join("\n")).digest("hex").slice(0, 16),
    recipients: sorted,
    async *encrypt(chunks) {
      yield* (await encrypter.encrypt(streamOf(chunks))) as ReadableStream<Uint8Array>;
    },
  };
}

/**
 * @param recipients that a backup was encrypted for.
 * @throws CommandFailed when none of the keys can decrypt it.
 */
export async function decryptionFor(recipients: readonly string[], keys: Keys | null): Promise<Through> {
  const own = await Promise.all((keys?.identities ?? []).map(identityToRecipient));
  if (!own.some((recipient) => recipients.includes(recipient))) {
    const given = keys ? "the key file has no secret key for it" : "give its secret key with --key-file";
    throw new CommandFailed(`The backup is encrypted for ${recipients.join(", ")}: ${given}.`);
  }
  const decrypter = new Decrypter();
  for (const identity of keys?.identities ?? []) decrypter.addIdentity(identity);
  return async function* decrypt(chunks) {
    yield* (await decrypter.decrypt(streamOf(chunks))) as ReadableStream<Uint8Array>;
  };
}

async function readText(path: string): Promise<string> {
  try {
    if ((await stat(path)).size > KEY_FILE_BYTES_MAX) throw new Error("it is too long");
    return await readFile(path, "utf8");
  } catch (error) {
    throw new CommandFailed(`The key file ${path} cannot be read: ${(error as Error).message}.`);
  }
}

/** age works on the streams of the web platform, which Node has under another type. */
function streamOf(chunks: AsyncIterable<Uint8Array>): globalThis.ReadableStream<Uint8Array<ArrayBuffer>> {
  return ReadableStream.from(chunks) as globalThis.ReadableStream<Uint8Array<ArrayBuffer>>;
}
