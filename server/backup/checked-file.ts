import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { type Readable, Transform, type Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import { asItIs, type Through } from "./encryption";

/** A file's size in bytes and the SHA-256 of its bytes, in hexadecimal digits. */
export type Checksum = { bytes: number; sha256: string };

/** Writes the stream into a new file, compressed, and to the disk. @returns the checksum of what the file has. */
export async function writeCompressed(path: string, content: Readable, encrypt = asItIs): Promise<Checksum> {
  const gzip = createGzip();
  const [checksum] = await Promise.all([writeChecked(path, gzip, encrypt), pipeline(content, gzip)]);
  return checksum;
}

/** The same as it is, for what is not worth compressing. */
export async function writeChecked(path: string, content: Readable, encrypt: Through): Promise<Checksum> {
  const { through, read } = hashing();
  const file = createWriteStream(path, { flags: "wx", mode: 0o600, flush: true });
  await pipeline(content, encrypt, through, file);
  return read();
}

/** Gives a compressed file's content to the stream. @throws Error when the file is not the one that was written. */
export async function readCompressed(
  { path, body }: { path: string; body: Readable },
  expected: Checksum,
  to: Writable,
  decrypt = asItIs,
): Promise<void> {
  const { through, read } = hashing();
  await pipeline(body, through, decrypt, createGunzip(), to);
  requireSame(path, read(), expected);
}

export async function checksumOf(body: Readable): Promise<Checksum> {
  const { through, read } = hashing();
  await pipeline(body, through, async (chunks) => {
    for await (const _ of chunks);
  });
  return read();
}

/** @throws Error naming the file, when its bytes are others than those that were written. */
export function requireSame(path: string, found: Checksum, expected: Checksum): void {
  if (found.bytes === expected.bytes && found.sha256 === expected.sha256) return;
  throw new Error(
    `${path} is damaged: it has ${found.bytes} bytes with another checksum than the ${expected.bytes} that were written.`,
  );
}

function hashing(): { through: Transform; read(): Checksum } {
  const hash = createHash("sha256");
  let bytes = 0;
  const through = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      bytes += chunk.length;
      done(null, chunk);
    },
  });
  return { through, read: () => ({ bytes, sha256: hash.copy().digest("hex") }) };
}
