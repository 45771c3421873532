import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import type { MessageFile } from "@/protocol/files";
import { createRoom, type RoomSummary } from "@/server/domain/rooms";
import type { Viewer } from "@/server/domain/viewer";
import { useTestDomain } from "../support/domain";
import { useTestFiles } from "../support/files";
import { newPerson } from "../support/people";
import { PLACE, RECORDINGS, recording } from "../support/recordings";

useTestDomain();
const { upload, get } = useTestFiles();

let grace: Viewer;
let room: RoomSummary;

beforeAll(async () => {
  grace = await newPerson("Grace");
  room = await createRoom(grace, { name: `Room ${randomUUID().slice(0, 8)}` });
});

async function bytesOf({ url }: MessageFile): Promise<Buffer> {
  const answer = await get(grace, url);
  expect(answer.status).toBe(200);
  return Buffer.from(await answer.arrayBuffer());
}

describe("a program sends a recording that says where it was made, and a reader gets it without that", () => {
  it.each(RECORDINGS)("%s", async (name) => {
    const bytes = recording(name);
    expect(bytes.includes(PLACE)).toBe(true);
    const file = await upload(grace, room.id, { name, bytes });
    const received = await bytesOf(file);
    expect(received.includes(PLACE)).toBe(false);
    expect({ size: file.size, received: received.length }).toEqual({ size: bytes.length, received: bytes.length });
    expect(file.keepsMetadata).toBeUndefined();
  });

  it("as a voice note, too", async () => {
    const file = await upload(grace, room.id, { name: "note.m4a", bytes: recording("sound.m4a"), voice: true });
    expect(file).toMatchObject({ kind: "voice" });
    expect((await bytesOf(file)).includes(PLACE)).toBe(false);
  });
});

describe("a file whose metadata cannot be removed says so, and comes as it was sent:", () => {
  const HEIC = Buffer.concat([Buffer.from("\0\0\0\x18ftypheic\0\0\0\0mif1heic", "latin1"), Buffer.from(PLACE)]);
  const FLV = Buffer.concat([Buffer.from("FLV\x01\x05\0\0\0\x09\0\0\0\0", "latin1"), Buffer.from(PLACE)]);

  it.each([
    ["a picture of a kind that is not decoded", "photo.heic", HEIC],
    ["a film of a kind that is not known", "clip.flv", FLV],
  ])("%s", async (_, name, bytes) => {
    const file = await upload(grace, room.id, { name, bytes });
    expect(file.keepsMetadata).toBe(true);
    expect((await bytesOf(file)).equals(bytes)).toBe(true);
  });
});

it("a text says nothing of metadata", async () => {
  const file = await upload(grace, room.id, { name: "notes.txt", bytes: Buffer.from("milk") });
  expect(file).not.toHaveProperty("keepsMetadata");
});
