import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import type { FileUpload } from "@/protocol/files";
import { completeUpload } from "@/server/domain/files/completion";
import {
  beginOwnPortrait,
  beginRoomPortrait,
  removeOwnPortrait,
  removeRoomPortrait,
} from "@/server/domain/files/portraits";
import { removeUnsent } from "@/server/domain/files/removal";
import { discardFile } from "@/server/domain/files/uploads";
import { addMember, removeMember } from "@/server/domain/memberships";
import { createRoom, requireRoom, updateRoom } from "@/server/domain/rooms";
import type { Viewer } from "@/server/domain/viewer";
import { shared } from "@/server/shared";
import { useTestDomain } from "../support/domain";
import { useTestFiles } from "../support/files";
import { picture } from "../support/hostile";
import { newPerson } from "../support/people";

useTestDomain();
const { sendParts, get, objects } = useTestFiles();

let png: Buffer;

beforeAll(async () => {
  await newPerson("Owner");
  png = await picture().resize(900, 900).png().toBuffer();
});

async function send(
  viewer: Viewer,
  begin: (file: { name: string; size: number; alt: string; voice: boolean }) => Promise<FileUpload>,
  bytes = png,
) {
  const begun = await begin({ name: "me.png", size: bytes.length, alt: "", voice: false });
  await sendParts(begun, bytes);
  return completeUpload(viewer, begun.id, {});
}

describe("the picture of a person", () => {
  it("is everybody's to see who is signed in, small, and the next takes its place", async () => {
    const grace = await newPerson("Grace");
    const linus = await newPerson("Linus");
    const address = `/pictures/person/${grace.id}`;
    expect((await get(linus, address)).status).toBe(204);
    const before = await objects();
    await send(grace, (file) => beginOwnPortrait(grace, file));
    const seen = await get(linus, address);
    expect([seen.status, seen.headers.get("content-type")]).toEqual([200, "image/webp"]);
    expect(await sharp(Buffer.from(await seen.arrayBuffer())).metadata()).toMatchObject({ width: 480, height: 480 });
    expect((await get(null, address)).status).toBe(401);

    await send(grace, (file) => beginOwnPortrait(grace, file));
    const next = await get(linus, address, { "if-none-match": seen.headers.get("etag") ?? "" });
    expect(next.status).toBe(200);
    expect(await objects()).toHaveLength(before.length + 1);
    await shared().pool.query(`UPDATE "File" SET "touchedAt" = "touchedAt" - interval '3 days'`);
    await removeUnsent();
    expect((await get(linus, address)).status).toBe(200);

    await removeOwnPortrait(grace);
    await removeOwnPortrait(grace);
    expect((await get(linus, address)).status).toBe(204);
    expect(await objects()).toEqual(before);
  });

  it("is one, of several that take its place at the same moment", async () => {
    const grace = await newPerson("Grace");
    const before = await objects();
    await Promise.all(Array.from({ length: 4 }, () => send(grace, (file) => beginOwnPortrait(grace, file))));
    expect((await get(grace, `/pictures/person/${grace.id}`)).status).toBe(200);
    expect(await objects()).toHaveLength(before.length + 1);
  });

  it("is put in place by who completes it again, and is not discarded as a file", async () => {
    const grace = await newPerson("Grace");
    const address = `/pictures/person/${grace.id}`;
    const { id } = await send(grace, (file) => beginOwnPortrait(grace, file));
    await shared().pool.query(`UPDATE "User" SET "pictureId" = NULL WHERE id = $1`, [grace.id]);
    expect((await get(grace, address)).status).toBe(204);
    expect(await completeUpload(grace, id, {})).toMatchObject({ state: "ready" });
    await expect(discardFile(grace, id)).rejects.toMatchObject({ code: "conflict" });
    expect((await get(grace, address)).status).toBe(200);
  });

  it("is a picture, and not too large", async () => {
    const grace = await newPerson("Grace");
    const before = await objects();
    const begin = (file: { name: string; size: number; alt: string; voice: boolean }) =>
      beginOwnPortrait(grace, { ...file, name: "me.txt" });
    await expect(send(grace, begin, Buffer.from("a text"))).rejects.toMatchObject({ code: "invalid" });
    await expect(begin({ name: "me", size: 21 * 1024 * 1024, alt: "", voice: false })).rejects.toMatchObject({
      code: "too_large",
    });
    expect(await objects()).toEqual(before);
  });

  it("of nobody is none", async () => {
    const grace = await newPerson("Grace");
    expect((await get(grace, `/pictures/person/00000000-0000-7000-8000-000000000000`)).status).toBe(204);
    expect((await get(grace, "/pictures/person/me")).status).toBe(404);
  });
});

describe("the picture of a room", () => {
  it("is changed by its owners, and seen by who sees the room", async () => {
    const grace = await newPerson("Grace");
    const linus = await newPerson("Linus");
    const room = await createRoom(grace, { name: "Closed", kind: "closed" });
    const address = `/pictures/room/${room.id}`;
    await send(grace, (file) => beginRoomPortrait(grace, room.slug, file));
    expect((await get(grace, address)).status).toBe(200);
    expect((await get(linus, address)).status).toBe(204);
    await expect(send(linus, (file) => beginRoomPortrait(linus, room.id, file))).rejects.toMatchObject({
      code: "not_found",
    });
    await addMember(grace, room.id, linus.id);
    expect((await get(linus, address)).status).toBe(200);
    await expect(send(linus, (file) => beginRoomPortrait(linus, room.id, file))).rejects.toMatchObject({
      code: "forbidden",
    });
    await expect(removeRoomPortrait(linus, room.id)).rejects.toMatchObject({ code: "forbidden" });
    await removeRoomPortrait(grace, room.id);
    expect((await get(grace, address)).status).toBe(204);
  });

  it("has an address of its own, which those in the room are told", async () => {
    const grace = await newPerson("Grace");
    const { id } = await createRoom(grace, { name: "Garden", kind: "closed" });
    const told: (string | null)[] = [];
    await shared().backplane.subscribe(id, (event) => event.type === "room" && told.push(event.room.picture));
    await send(grace, (file) => beginRoomPortrait(grace, id, file));
    await send(grace, (file) => beginRoomPortrait(grace, id, file));
    const { picture } = await requireRoom(grace, id);
    expect((await get(grace, String(picture))).status).toBe(200);
    await removeRoomPortrait(grace, id);
    expect(told).toEqual([expect.stringContaining(`/pictures/room/${id}?v=`), picture, null]);
    expect(told[0]).not.toBe(picture);
  });

  it("stays as long as the room does, archived too, and is nobody's any more who was removed from a closed one", async () => {
    const grace = await newPerson("Grace");
    const linus = await newPerson("Linus");
    const room = await createRoom(grace, { name: "Soon still", kind: "closed" });
    const address = `/pictures/room/${room.id}`;
    await addMember(grace, room.id, linus.id);
    await send(linus, (file) => beginOwnPortrait(linus, file));
    await send(grace, (file) => beginRoomPortrait(grace, room.slug, file));
    await updateRoom(grace, room.id, { archived: true });
    expect((await get(linus, address)).status).toBe(200);
    await updateRoom(grace, room.id, { archived: false });
    await removeMember(grace, room.id, linus.id);
    expect((await get(linus, address)).status).toBe(204);
    // What they said stays, and who they are is shown beside it.
    expect((await get(grace, `/pictures/person/${linus.id}`)).status).toBe(200);
  });
});
