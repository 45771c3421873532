import { createReadStream, createWriteStream } from "node:fs";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutObjectCommand,
  S3Client,
  type Part as S3Part,
  S3ServiceException,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { log } from "@/server/log";
import { IncompleteUpload, type Part, type Storage, UnknownUpload, type Upload } from "./storage";

export type S3Options = {
  bucket: string;
  region: string;
  /** Of a store that is not Amazon's. */
  endpoint?: string;
  /** Without these the SDK looks where it always does: the environment, a profile, the machine's role. */
  accessKeyId?: string;
  secretAccessKey?: string;
  /** `endpoint/bucket/key` instead of `bucket.endpoint/key`. */
  forcePathStyle: boolean;
  /** Before every key, so that a bucket can be shared. */
  prefix: string;
};

const CONNECTIONS_MAX = 4_000;
const CONNECT_TIMEOUT_MS = 5_000;
/** Until an answer begins: a store copies a large file before it says a word. */
const ANSWER_TIMEOUT_MS = 5 * 60_000;

/** To change a file is to fetch it and to put it back, through this machine's temporary files. */
const REWRITE_MAX_BYTES = 512 * 1024 * 1024;

/** Whatever the sender claims, the store knows it as bytes: should a bucket ever be public, it shows nothing as a page. */
const TYPE = "application/octet-stream";

/**
 * Files in an S3-compatible store. Parts go to an object that nobody reads, and to finish is to copy that, within the
 * store: some stores take parts of an upload that has ended, and what was looked at must never change afterwards.
 */
export function s3Storage(
  { bucket, prefix, accessKeyId, secretAccessKey, ...options }: S3Options,
  { perPage = 1_000 } = {},
): Storage {
  const client = new S3Client({
    ...options,
    ...(accessKeyId && secretAccessKey && { credentials: { accessKeyId, secretAccessKey } }),
    // Each reader holds a connection for as long as they read; nobody else may wait for theirs.
    requestHandler: {
      connectionTimeout: CONNECT_TIMEOUT_MS,
      requestTimeout: ANSWER_TIMEOUT_MS,
      throwOnRequestTimeout: true,
      httpAgent: { maxSockets: CONNECTIONS_MAX, keepAlive: true },
      httpsAgent: { maxSockets: CONNECTIONS_MAX, keepAlive: true },
    },
    // The newer checksums are unknown to many compatible stores, and to browsers that send parts.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
  });
  const at = (key: string) => ({ Bucket: bucket, Key: `${prefix}${key}` });
  const incoming = (key: string) => `incoming/${key}`;
  const of = ({ key, ref }: Upload) => ({ ...at(incoming(key)), UploadId: ref });

  async function allParts(upload: Upload): Promise<S3Part[]> {
    const parts: S3Part[] = [];
    for (let marker: string | undefined, more = true; more; ) {
      const page = await client
        .send(new ListPartsCommand({ ...of(upload), PartNumberMarker: marker }))
        .catch(asUnknown);
      parts.push(...(page.Parts ?? []));
      marker = page.NextPartNumberMarker;
      more = page.IsTruncated === true;
    }
    return parts;
  }

  const storage: Storage = {
    uploadOrigin: null,

    async beginUpload(key, size) {
      const { UploadId } = await client.send(
        new CreateMultipartUploadCommand({ ...at(incoming(key)), ContentType: TYPE }),
      );
      if (!UploadId) throw new Error("The store began an upload and did not name it.");
      return { key, size, ref: UploadId };
    },

    async addressPart(upload, part, expiresAt) {
      const command = new UploadPartCommand({ ...of(upload), PartNumber: part.number, ContentLength: part.size });
      command.middlewareStack.add(
        (next) => (args) => {
          (args.request as { headers: Record<string, string> }).headers["content-type"] = TYPE;
          return next(args);
        },
        { step: "build", name: "partType" },
      );
      const url = await getSignedUrl(client, command, {
        expiresIn: Math.max(1, Math.floor((expiresAt.getTime() - Date.now()) / 1_000)),
        signableHeaders: new Set(["host", "content-length", "content-type"]),
      });
      return { url, headers: { "Content-Type": TYPE } };
    },

    async listParts(upload) {
      return new Set((await allParts(upload)).map(({ PartNumber }) => PartNumber ?? 0));
    },

    async finishUpload(upload, parts) {
      // Whoever finished it may have ended before the parts were forgotten.
      if ((await storage.sizeOf(upload.key)) === upload.size) return storage.abortUpload(upload);
      if ((await storage.sizeOf(incoming(upload.key))) === null) await joinParts(upload, parts);
      const { Key } = at(incoming(upload.key));
      const CopySource = encodeURI(`${bucket}/${Key}`);
      await client.send(new CopyObjectCommand({ ...at(upload.key), CopySource })).catch(asUnknown);
      await storage.remove([incoming(upload.key)]);
    },

    async abortUpload(upload) {
      await client.send(new AbortMultipartUploadCommand(of(upload))).catch(orNull);
      await storage.remove([incoming(upload.key)]);
    },

    freeBytes: async () => null,

    async putFile(key, path) {
      const { size: ContentLength } = await stat(path);
      const Body = createReadStream(path);
      await client.send(new PutObjectCommand({ ...at(key), Body, ContentLength, ContentType: TYPE }));
    },

    async read(key, range) {
      const Range = range && `bytes=${range.start}-${range.end}`;
      const found = await client.send(new GetObjectCommand({ ...at(key), Range })).catch(orNull);
      return found && (found.Body as Readable);
    },

    async copyTo(key, path) {
      const body = await storage.read(key);
      if (!body) return false;
      await pipeline(body, createWriteStream(path, { flags: "wx", mode: 0o600 }));
      return true;
    },

    async sizeOf(key) {
      const found = await client.send(new HeadObjectCommand(at(key))).catch(orNull);
      return found && (found.ContentLength ?? 0);
    },

    async *listObjects(under = "") {
      const { Bucket, Key: Prefix } = at(under);
      for (let ContinuationToken: string | undefined, more = true; more; ) {
        const page = await client.send(
          new ListObjectsV2Command({ Bucket, Prefix, MaxKeys: perPage, ContinuationToken }),
        );
        yield (page.Contents ?? []).flatMap(({ Key, Size, LastModified }) =>
          Key && LastModified ? [{ key: Key.slice(prefix.length), bytes: Size ?? 0, storedAt: LastModified }] : [],
        );
        ContinuationToken = page.NextContinuationToken;
        more = page.IsTruncated === true;
      }
    },

    async remove(keys) {
      // One by one: the request for many at once needs a checksum that not every compatible store agrees on.
      for (const key of keys) await client.send(new DeleteObjectCommand(at(key)));
    },

    async withScratch(work) {
      const lent = await mkdtemp(join(tmpdir(), "adda-files-"));
      try {
        return await work(lent);
      } finally {
        await rm(lent, { recursive: true, force: true });
      }
    },

    withLocalFile: (key, work) =>
      storage.withScratch(async (lent) => {
        const body = await storage.read(key);
        if (!body) throw new Error("There is no such object.");
        const path = join(lent, "object");
        await pipeline(body, createWriteStream(path));
        return work(path);
      }),

    rewriteFile: (key, work) =>
      storage.withLocalFile(key, async (path) => {
        const done = await work(path);
        if (done.isChanged) await storage.putFile(key, path);
        return done;
      }),
    rewriteMaxBytes: REWRITE_MAX_BYTES,

    // What is lent here lies among the system's own temporary files, and the system tidies them.
    async removeStale(before) {
      for await (const [upload, begunAt] of unendedUploads()) {
        try {
          if (begunAt < before && (await lastPartAt(upload)) < before) await storage.abortUpload(upload);
        } catch (error) {
          // What fails each time must not stand before what would not.
          log.warn({ err: error, key: upload.key }, "What nobody ended is still there; trying again later.");
        }
      }
    },
    close: async () => client.destroy(),
  };

  async function* unendedUploads(): AsyncGenerator<[upload: Upload, begunAt: Date]> {
    const { Bucket, Key: Prefix } = at(incoming(""));
    for (let markers = {}, more = true; more; ) {
      const page = await client.send(
        new ListMultipartUploadsCommand({ Bucket, Prefix, MaxUploads: perPage, ...markers }),
      );
      for (const { Key, UploadId, Initiated } of page.Uploads ?? []) {
        if (!Key || !UploadId || !Initiated) continue;
        yield [{ key: Key.slice(Prefix.length), ref: UploadId, size: 0 }, Initiated];
      }
      markers = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker };
      more = page.IsTruncated === true;
    }
  }

  /** Long ago when there is none, or the upload has ended meanwhile. */
  async function lastPartAt(upload: Upload): Promise<Date> {
    const parts = await allParts(upload).catch((error) => {
      if (error instanceof UnknownUpload) return [];
      throw error;
    });
    return new Date(Math.max(0, ...parts.map(({ LastModified }) => LastModified?.getTime() ?? 0)));
  }

  async function joinParts(upload: Upload, parts: readonly Part[]): Promise<void> {
    const there = new Map((await allParts(upload)).map((part) => [part.PartNumber, part]));
    if (!parts.every(({ number, size }) => there.get(number)?.Size === size)) {
      throw new IncompleteUpload("Parts are missing.");
    }
    const Parts = parts.map(({ number }) => ({ PartNumber: number, ETag: there.get(number)?.ETag }));
    await client.send(new CompleteMultipartUploadCommand({ ...of(upload), MultipartUpload: { Parts } }));
  }

  return { ...storage, uploadOrigin: originOf({ bucket, ...options }) };
}

function originOf({
  bucket,
  endpoint,
  region,
  forcePathStyle,
}: Pick<S3Options, "bucket" | "endpoint" | "region" | "forcePathStyle">): string {
  const base = new URL(endpoint ?? `https://s3.${region}.amazonaws.com`);
  return forcePathStyle ? base.origin : `${base.protocol}//${bucket}.${base.host}`;
}

function orNull(error: unknown): null {
  if (isMissing(error)) return null;
  throw error;
}

function asUnknown(error: unknown): never {
  throw isMissing(error) ? new UnknownUpload("This upload has ended.") : error;
}

function isMissing(error: unknown): boolean {
  return error instanceof S3ServiceException && error.$metadata.httpStatusCode === 404;
}
