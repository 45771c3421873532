import { createHash, randomBytes, randomUUID } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { AbortMultipartUploadCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { directoryStorage } from "@/server/storage/directory";
import { s3Storage } from "@/server/storage/s3";
import {
  IncompleteUpload,
  type ListedObject,
  type Part,
  partsOf,
  type Storage,
  UnknownUpload,
  type Upload,
} from "@/server/storage/storage";
import { PARTS_PATH, receivePart } from "@/server/transfer/parts";
import { startS3 } from "../support/s3";

const MEBIBYTE = 1024 * 1024;
const SECRET = "a-secret-of-the-tests";

type Tested = { storage: Storage; stop(): Promise<void> };

it("a directory tells how much its disk has free, and a bucket does not", async () => {
  const { storage, stop } = await openDirectory();
  expect(await storage.freeBytes()).toBeGreaterThan(0);
  await stop();
});

it("a part is refused while the disk has less free than its reserve for messages", async () => {
  const { storage, stop } = await openDirectory({ reserveBytes: 2 ** 60 });
  const upload = await storage.beginUpload("ab/refused/original", 10);
  const [part] = partsOf(10);
  const { url, headers } = await storage.addressPart(upload, part as Part, new Date(Date.now() + 60_000));
  const answer = await fetch(url, { method: "PUT", headers, body: new Uint8Array(10) });
  expect([answer.status, (await answer.json()).error.message]).toEqual([503, expect.stringContaining("no space")]);
  expect((await storage.listParts(upload)).size).toBe(0);
  await stop();
});

it("a directory is swept past what cannot be looked at", async () => {
  const dir = await mkdtemp(join(tmpdir(), "adda-storage-"));
  const storage = directoryStorage({ dir, secret: SECRET, uploadPath: PARTS_PATH });
  await symlink("round", join(dir, "scratch", "round"));
  const upload = await storage.beginUpload("ab/idle/original", 1);
  await storage.removeStale(inAMinute());
  await expect(storage.listParts(upload)).rejects.toThrow(UnknownUpload);
  await rm(dir, { recursive: true });
});

it("an S3-compatible store is swept past an upload that it does not end", async () => {
  const { storage, stop } = await openS3();
  const begin = (name: string) => storage.beginUpload(`ab/${name}/original`, 1);
  const uploads = await Promise.all(["first", "second", "third"].map(begin));
  const send = S3Client.prototype.send as (...args: unknown[]) => Promise<unknown>;
  let stubborn: unknown;
  const spy = vi.spyOn(S3Client.prototype, "send").mockImplementation(function (this: S3Client, ...args: unknown[]) {
    const [command] = args;
    if (stubborn || !(command instanceof AbortMultipartUploadCommand)) return send.apply(this, args);
    stubborn = command.input.Key;
    return Promise.reject(new Error("Come back later."));
  } as never);
  await storage.removeStale(inAMinute());
  spy.mockRestore();
  const left = await Promise.all(
    uploads.map((upload) =>
      storage.listParts(upload).then(
        () => upload.key,
        () => null,
      ),
    ),
  );
  expect(left.filter((key) => key !== null).map((key) => `chat/incoming/${key}`)).toEqual([stubborn]);
  await storage.removeStale(inAMinute());
  for (const upload of uploads) await expect(storage.listParts(upload)).rejects.toThrow(UnknownUpload);
  await stop();
});

describe.each([
  ["a directory", openDirectory],
  ["an S3-compatible store", openS3],
])("storage in %s", (_, open) => {
  let storage: Storage;
  let stop: () => Promise<void>;

  beforeAll(async () => {
    ({ storage, stop } = await open());
  });

  afterAll(() => stop());

  it("makes parts that come in any order, and twice, one object of the very bytes", async () => {
    const bytes = randomBytes(11 * MEBIBYTE + 7);
    const { upload, parts } = await begin(bytes);
    expect(parts.map(({ size }) => size)).toEqual([5 * MEBIBYTE, 5 * MEBIBYTE, MEBIBYTE + 7]);

    const [first, second, third] = parts as [Part, Part, Part];
    for (const part of [third, first, first]) expect(await send(upload, part, bytes)).toBeLessThan(300);
    expect(await storage.listParts(upload)).toEqual(new Set([1, 3]));
    await expect(storage.finishUpload(upload, parts)).rejects.toThrow(IncompleteUpload);
    expect(await storage.sizeOf(upload.key)).toBeNull();

    expect(await send(upload, second, bytes)).toBeLessThan(300);
    await storage.finishUpload(upload, parts);
    expect(await storage.sizeOf(upload.key)).toBe(bytes.length);
    expect(sha256(await readAll(upload.key))).toBe(sha256(bytes));
    await storage.finishUpload(upload, parts);
  });

  it("reads the range that is asked for", async () => {
    const bytes = Buffer.from("0123456789");
    const { upload } = await uploaded(bytes);
    expect((await readAll(upload.key, { start: 2, end: 4 })).toString()).toBe("234");
    expect((await readAll(upload.key, { start: 9, end: 9 })).toString()).toBe("9");
  });

  it("takes no part of another size than the address says", async () => {
    const bytes = Buffer.from("exactly this long");
    const { upload, parts } = await begin(bytes);
    const [part] = parts as [Part];
    for (const size of [bytes.length - 1, bytes.length + 1]) {
      expect(await sendBytes(upload, part, Buffer.alloc(size))).toBeGreaterThanOrEqual(400);
    }
    expect(await storage.listParts(upload)).toEqual(new Set());
  });

  it("takes no part under an address that was changed or has run out", async () => {
    const bytes = Buffer.from("mine");
    const { upload, parts } = await begin(bytes);
    const [part] = parts as [Part];
    const { url, headers } = await storage.addressPart(upload, part, inAMinute());
    const spoilt = url.replace(/(partNumber=|original\.)1/, "$12");
    expect(spoilt).not.toBe(url);
    expect((await put(spoilt, headers, bytes)).status).toBeGreaterThanOrEqual(400);
    expect(await storage.listParts(upload)).toEqual(new Set());
    const late = await storage.addressPart(upload, part, new Date(Date.now() + 1_000));
    await expect.poll(async () => (await put(late.url, late.headers, bytes)).status, { timeout: 5_000 }).toBe(403);
  });

  it("lets no address that was good change the object once it is finished", async () => {
    const bytes = Buffer.from("what was looked at");
    const { upload, parts } = await begin(bytes);
    const [part] = parts as [Part];
    const { url, headers } = await storage.addressPart(upload, part, inAMinute());
    expect((await put(url, headers, bytes)).status).toBeLessThan(300);
    await storage.finishUpload(upload, parts);
    // A store may take the bytes still: they must go nowhere.
    await put(url, headers, Buffer.from("something quite else".slice(0, bytes.length)));
    expect((await readAll(upload.key)).toString()).toBe("what was looked at");
  });

  it("forgets an upload that is aborted, and its addresses with it", async () => {
    const bytes = randomBytes(100);
    const { upload, parts } = await begin(bytes);
    const [part] = parts as [Part];
    const { url, headers } = await storage.addressPart(upload, part, inAMinute());
    await storage.abortUpload(upload);
    await storage.abortUpload(upload);
    expect((await put(url, headers, bytes)).status).toBe(404);
    await expect(storage.listParts(upload)).rejects.toThrow(UnknownUpload);
    await expect(storage.finishUpload(upload, parts)).rejects.toThrow(UnknownUpload);
  });

  it("forgets the parts of an upload whose end was cut short once it is finished again", async () => {
    const bytes = Buffer.from("there already");
    const { upload, parts } = await begin(bytes);
    for (const part of parts) await send(upload, part, bytes);
    await storage.withScratch(async (dir) => {
      await writeFile(join(dir, "copy"), bytes);
      await storage.putFile(upload.key, join(dir, "copy"));
    });
    await storage.finishUpload(upload, parts);
    await expect(storage.listParts(upload)).rejects.toThrow(UnknownUpload);
    expect(await readAll(upload.key)).toEqual(bytes);
  });

  it("reads on while many readers of it pause", async () => {
    const { upload } = await uploaded(randomBytes(MEBIBYTE));
    const paused = await Promise.all(Array.from({ length: 60 }, () => storage.read(upload.key)));
    expect(await storage.sizeOf(upload.key)).toBe(MEBIBYTE);
    for (const body of paused) body?.destroy();
  });

  it("stores what was made here, and removes what it is told to, and nothing else", async () => {
    const id = randomUUID();
    await storage.withScratch(async (dir) => {
      for (const name of ["small", "large"]) {
        await writeFile(join(dir, name), name);
        await storage.putFile(`ab/${id}/${name}`, join(dir, name));
      }
    });
    const other = await uploaded(Buffer.from("another's"));
    expect((await readAll(`ab/${id}/small`)).toString()).toBe("small");

    await storage.withScratch(async (dir) => {
      const copy = join(dir, "copy");
      expect(await storage.copyTo(`ab/${id}/large`, copy)).toBe(true);
      expect(await readFile(copy, "utf8")).toBe("large");
      await expect(storage.copyTo(`ab/${id}/small`, copy)).rejects.toMatchObject({ code: "EEXIST" });
      expect(await storage.copyTo(`ab/${randomUUID()}/small`, join(dir, "none"))).toBe(false);
    });

    const keys = [`ab/${id}/small`, `ab/${id}/large`];
    await storage.remove(keys);
    await storage.remove(keys);
    expect(await storage.sizeOf(`ab/${id}/small`)).toBeNull();
    expect(await storage.read(`ab/${id}/large`)).toBeNull();
    expect((await readAll(other.upload.key)).toString()).toBe("another's");
  });

  it("lists every object once with its size and time, and no upload that has not ended", async () => {
    const before = await listed();
    const began = Date.now();
    const stored = await Promise.all([1, 20, 300].map((size) => uploaded(randomBytes(size))));
    await begin(randomBytes(10));
    const added = (await listed()).filter(({ key }) => !before.some((other) => other.key === key));
    expect(added.map(({ key, bytes }) => [key, bytes]).sort()).toEqual(
      stored.map(({ upload }) => [upload.key, upload.size]).sort(),
    );
    // A store tells whole seconds.
    for (const { storedAt } of added) expect(Math.abs(storedAt.getTime() - began)).toBeLessThan(20_000);
    await storage.remove(stored.map(({ upload }) => upload.key));
    expect(await listed()).toEqual(before);
  });

  it("changes an object in place before anybody reads it, when there is something to change", async () => {
    const { upload } = await uploaded(Buffer.from("as it was sent"));
    const write = (text: string, isChanged: boolean) =>
      storage.rewriteFile(upload.key, async (path) => {
        if (isChanged) await writeFile(path, text);
        return { isChanged, text: await readFile(path, "utf8") };
      });
    expect(await write("", false)).toMatchObject({ text: "as it was sent" });
    expect((await readAll(upload.key)).toString()).toBe("as it was sent");
    expect(await write("as it is read.", true)).toMatchObject({ text: "as it is read." });
    expect((await readAll(upload.key)).toString()).toBe("as it is read.");
    expect(await storage.sizeOf(upload.key)).toBe("as it is read.".length);
  });

  it("removes uploads that nobody ended and to which nothing came for long, and no others", async () => {
    const began = new Date(Date.now() - 60_000);
    const bytes = Buffer.from("one part");
    const idle = await Promise.all(Array.from({ length: 5 }, () => begin(bytes)));
    const ended = await uploaded(bytes);
    for (const { upload, parts } of idle) await send(upload, parts[0] as Part, bytes);
    await storage.removeStale(began);
    expect(await storage.listParts((idle[0] as (typeof idle)[0]).upload)).toEqual(new Set([1]));

    await storage.removeStale(inAMinute());
    for (const { upload } of idle) await expect(storage.listParts(upload)).rejects.toThrow(UnknownUpload);
    expect(await readAll(ended.upload.key)).toEqual(bytes);
    const next = await begin(bytes);
    expect(await send(next.upload, next.parts[0] as Part, bytes)).toBeLessThan(300);
  });

  it("lends a folder and an object's file, and takes both back", async () => {
    const { upload } = await uploaded(Buffer.from("to be read here"));
    const dir = await storage.withScratch(async (lent) => lent);
    await expect(readdir(dir)).rejects.toThrow("ENOENT");
    const read = await storage.withLocalFile(upload.key, (path) => readFile(path, "utf8"));
    expect(read).toBe("to be read here");
  });

  async function listed(): Promise<ListedObject[]> {
    const objects: ListedObject[] = [];
    for await (const page of storage.listObjects()) objects.push(...page);
    return objects.sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  async function begin(bytes: Buffer): Promise<{ upload: Upload; parts: Part[] }> {
    return {
      upload: await storage.beginUpload(`ab/${randomUUID()}/original`, bytes.length),
      parts: partsOf(bytes.length),
    };
  }

  async function uploaded(bytes: Buffer): Promise<{ upload: Upload }> {
    const { upload, parts } = await begin(bytes);
    for (const part of parts) await send(upload, part, bytes);
    await storage.finishUpload(upload, parts);
    return { upload };
  }

  function send(upload: Upload, part: Part, bytes: Buffer): Promise<number> {
    return sendBytes(upload, part, bytes.subarray(part.offset, part.offset + part.size));
  }

  async function sendBytes(upload: Upload, part: Part, bytes: Buffer): Promise<number> {
    const { url, headers } = await storage.addressPart(upload, part, inAMinute());
    return (await put(url, headers, bytes)).status;
  }

  async function readAll(key: string, range?: { start: number; end: number }): Promise<Buffer> {
    const body = await storage.read(key, range);
    if (!body) throw new Error("There is no such object.");
    return buffer(body);
  }
});

it.each([
  ["taken while that secret is accepted", ["the next secret", SECRET], 204],
  ["refused from then on", ["the next secret"], 403],
])("a part whose address was sealed with the secret before is %s", async (_, secrets, status) => {
  const { storage, stop } = await openDirectory({ secrets });
  onTestFinished(stop);
  const bytes = Buffer.from("four");
  const upload = await storage.beginUpload(`ab/${randomUUID()}/original`, bytes.length);
  const { url, headers } = await storage.addressPart(upload, { number: 1, offset: 0, size: bytes.length }, inAMinute());
  expect((await put(url, headers, bytes)).status).toBe(status);
});

async function openDirectory({ reserveBytes = 0, secrets = [SECRET] } = {}): Promise<Tested> {
  const dir = await mkdtemp(join(tmpdir(), "adda-storage-"));
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const storage = directoryStorage({ dir, secret: SECRET, uploadPath: origin + PARTS_PATH });
  server.on("request", (request, response) => void receivePart(request, response, { storage, secrets, reserveBytes }));
  return {
    storage,
    async stop() {
      await new Promise((resolve) => server.close(resolve));
      await rm(dir, { recursive: true });
    },
  };
}

async function openS3(): Promise<Tested> {
  const server = await startS3();
  const storage = s3Storage(server.options, { perPage: 2 });
  return {
    storage,
    async stop() {
      await storage.close();
      await server.stop();
    },
  };
}

function put(url: string, headers: Record<string, string>, body: Buffer): Promise<Response> {
  return fetch(url, { method: "PUT", headers, body: new Uint8Array(body) });
}

function inAMinute(): Date {
  return new Date(Date.now() + 60_000);
}

function sha256(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}
