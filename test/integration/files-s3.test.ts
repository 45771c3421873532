import { randomBytes, randomUUID } from "node:crypto";
import { GetObjectCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { afterAll, expect, it, vi } from "vitest";
import { deleteMessage } from "@/server/domain/deletion";
import { completeUpload } from "@/server/domain/files/completion";
import { forgetRemoved } from "@/server/domain/files/removal";
import { beginUpload, discardFile, findUpload } from "@/server/domain/files/uploads";
import { type Posted, postMessage } from "@/server/domain/messages";
import { createRoom } from "@/server/domain/rooms";
import { shared } from "@/server/shared";
import { useTestDomain } from "../support/domain";
import { useTestFiles } from "../support/files";
import { picture } from "../support/hostile";
import { newPerson } from "../support/people";
import { PLACE, recording } from "../support/recordings";
import { startS3 } from "../support/s3";

const s3 = await startS3();
const { bucket, endpoint = "", prefix, accessKeyId = "", secretAccessKey = "" } = s3.options;
useTestDomain({
  S3_BUCKET: bucket,
  S3_ENDPOINT: endpoint,
  S3_ACCESS_KEY_ID: accessKeyId,
  S3_SECRET_ACCESS_KEY: secretAccessKey,
  S3_PREFIX: prefix,
});
const { upload, sendParts, get } = useTestFiles();
const client = new S3Client({ ...s3.options, credentials: { accessKeyId, secretAccessKey } });

afterAll(async () => {
  client.destroy();
  await s3.stop();
});

async function objects(): Promise<(string | undefined)[]> {
  const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: bucket }));
  return Contents.map(({ Key }) => Key);
}

it("a file goes straight to the store, resumes there, and is read through the server by the room alone", async () => {
  const grace = await newPerson("Grace");
  const linus = await newPerson("Linus");
  const room = await createRoom(grace, { name: "Stored", kind: "closed" });
  const bytes = randomBytes(6 * 1024 * 1024);
  const begun = await beginUpload(grace, room.id, { name: "large.bin", size: bytes.length, alt: "", voice: false });
  const [first] = begun.upload?.parts ?? [];
  expect(new URL(first?.url ?? "").origin).toBe(endpoint);
  expect(shared().storage.uploadOrigin).toBe(endpoint);
  await sendParts({ ...begun, upload: { parts: [first as never], missingBytes: 0, expiresAt: "" } }, bytes);
  await expect(completeUpload(grace, begun.id, {})).rejects.toMatchObject({ code: "conflict" });
  const resumed = await findUpload(grace, begun.id);
  expect(resumed.upload?.parts.map(({ number }) => number)).toEqual([2]);
  await sendParts(resumed, bytes);
  const { file } = await completeUpload(grace, begun.id, {});
  expect(await completeUpload(grace, begun.id, {})).toMatchObject({ state: "ready", file });

  await post(grace, room.id, [begun.id]);
  const range = await get(grace, `/files/${begun.id}`, { range: "bytes=5242870-5242889" });
  expect(range.status).toBe(206);
  expect(Buffer.from(await range.arrayBuffer()).equals(bytes.subarray(5_242_870, 5_242_890))).toBe(true);
  expect((await get(linus, `/files/${begun.id}`)).status).toBe(404);
  const stored = await client.send(new GetObjectCommand({ Bucket: bucket, Key: String((await objects())[0]) }));
  expect(stored.ContentType).toBe("application/octet-stream");
});

it("a picture leaves neither its original nor anything else behind, and goes with its message", async () => {
  const grace = await newPerson("Grace");
  const room = await createRoom(grace, { name: `Room ${randomUUID().slice(0, 8)}` });
  const before = await objects();
  const photo = await upload(grace, room.id, { name: "photo.jpg", bytes: await picture().jpeg().toBuffer() });
  const ids = (await objects()).filter((key) => !before.includes(key)).map((key) => key?.split("/").at(-1));
  expect(ids.toSorted()).toEqual(["full", "small"]);
  const { message } = await post(grace, room.id, [photo.id]);
  expect((await get(grace, photo.url)).status).toBe(200);

  await deleteMessage(grace, room.id, message.id);
  expect((await get(grace, photo.url)).status).toBe(404);
  await forgetRemoved();
  expect(await objects()).toEqual(before);
});

it("what is broken, and what is discarded half-way, leaves nothing behind", async () => {
  const grace = await newPerson("Grace");
  const room = await createRoom(grace, { name: `Room ${randomUUID().slice(0, 8)}` });
  const before = await objects();
  const broken = upload(grace, room.id, { name: "photo.png", bytes: Buffer.from("no picture") });
  await expect(broken).rejects.toMatchObject({ code: "invalid" });
  const begun = await beginUpload(grace, room.id, { name: "some.bin", size: 10, alt: "", voice: false });
  await sendParts(begun, randomBytes(10));
  await discardFile(grace, begun.id);
  expect(await objects()).toEqual(before);
});

it("a recording that says where it was made is read from the store without that", async () => {
  const grace = await newPerson("Grace");
  const room = await createRoom(grace, { name: `Room ${randomUUID().slice(0, 8)}` });
  const bytes = recording("clip.mp4");
  const film = await upload(grace, room.id, { name: "clip.mp4", bytes });
  const read = Buffer.from(await (await get(grace, film.url)).arrayBuffer());
  expect({ length: read.length, says: read.includes(PLACE) }).toEqual({ length: bytes.length, says: false });
  expect(film.keepsMetadata).toBeUndefined();
});

it("a film that is too large to be fetched from the store says that it may keep metadata", async () => {
  const grace = await newPerson("Grace");
  const room = await createRoom(grace, { name: `Room ${randomUUID().slice(0, 8)}` });
  const limit = vi.spyOn(shared().storage, "rewriteMaxBytes", "get").mockReturnValue(1_000);
  const film = await upload(grace, room.id, { name: "clip.mp4", bytes: recording("clip.mp4") });
  limit.mockRestore();
  expect(film.keepsMetadata).toBe(true);
});

function post(viewer: Parameters<typeof postMessage>[0], roomId: string, files: string[]): Promise<Posted> {
  return new Promise((resolve, reject) => {
    postMessage(viewer, roomId, { message: "", files }, (posted) =>
      "error" in posted ? reject(posted.error) : resolve(posted),
    );
  });
}
