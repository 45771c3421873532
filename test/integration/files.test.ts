import { randomBytes, randomUUID } from "node:crypto";
import { EventEmitter, once } from "node:events";
import sharp from "sharp";
import { describe, expect, it, vi } from "vitest";
import type { Message } from "@/protocol/frames";
import { setConfig } from "@/server/config";
import { deleteMessage } from "@/server/domain/deletion";
import { claim, release } from "@/server/domain/files/claim";
import { completeUpload } from "@/server/domain/files/completion";
import { claimFiles } from "@/server/domain/files/message-files";
import { forgetRemoved, removeUnsent } from "@/server/domain/files/removal";
import { beginUpload, describeFile, discardFile, findUpload } from "@/server/domain/files/uploads";
import { listMessages } from "@/server/domain/history";
import { addMember, joinRoom, removeMember } from "@/server/domain/memberships";
import { type NewMessage, type Posted, postMessage } from "@/server/domain/messages";
import { createRoom, updateRoom } from "@/server/domain/rooms";
import type { Viewer } from "@/server/domain/viewer";
import { setShared } from "@/server/shared";
import { testConfig, useTestDomain } from "../support/domain";
import { useTestFiles } from "../support/files";
import { newPerson } from "../support/people";

const shared = useTestDomain();
const { upload, sendParts, get, objects, rows } = useTestFiles();

const MEBIBYTE = 1024 * 1024;
const NOTES = { name: "notes.txt", bytes: Buffer.from("first line\nsecond line\n") };

async function newRoom(kind: "open" | "closed" = "open") {
  const grace = await newPerson("Grace");
  return { grace, room: await createRoom(grace, { name: `Room ${randomUUID().slice(0, 8)}`, kind }) };
}

function begin(viewer: Viewer, roomId: string, given: { name?: string; size?: number } = {}) {
  return beginUpload(viewer, roomId, { name: "file.bin", size: 10, alt: "", voice: false, ...given });
}

async function code(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => "taken",
    (error) => error.code ?? error,
  );
}

describe("an upload", () => {
  it("is refused before a byte travels where it may not go", async () => {
    const { grace, room } = await newRoom("closed");
    const stranger = await newPerson("Stranger");
    const before = await rows();
    expect(await code(begin(stranger, room.id))).toBe("not_found");
    const open = await createRoom(grace, { name: "Open to all" });
    expect(await code(begin(stranger, open.id))).toBe("forbidden");
    await updateRoom(grace, open.id, { archived: true });
    expect(await code(begin(grace, open.id))).toBe("archived");
    expect(await rows()).toBe(before);
  });

  it("reserves what it announced: many that begin together leave the disk what messages need", async () => {
    const { grace, room } = await newRoom();
    const free = vi.spyOn(shared().storage, "freeBytes").mockResolvedValue(100 * MEBIBYTE);
    setConfig(testConfig({ DISK_RESERVE_BYTES: "60M" }));
    // Of 40 MiB above the reserve each takes twice its 6 MiB.
    const begun = await Promise.all(
      Array.from({ length: 9 }, () => code(begin(grace, room.id, { size: 6 * MEBIBYTE }))),
    );
    const taken = begun.filter((outcome) => outcome !== "overloaded");
    expect(taken).toHaveLength(3);
    free.mockRestore();
  });

  it("is refused beyond what the files of the whole server may take", async () => {
    const { grace, room } = await newRoom();
    const [{ bytes } = { bytes: 0 }] = await shared().prisma.$queryRaw<{ bytes: number }[]>`
      SELECT coalesce(sum("storedBytes"), 0)::float8 AS bytes FROM "File" WHERE "deletedAt" IS NULL`;
    setConfig(testConfig({ STORAGE_BYTES_MAX: String(bytes + 1_000) }));
    expect(await code(begin(grace, room.id, { size: 1_001 }))).toBe("too_many");
    expect(await code(begin(grace, room.id, { size: 1_000 }))).not.toBe("too_many");
    expect(await code(begin(grace, room.id, { size: 1 }))).toBe("too_many");
    setConfig(testConfig());
  });

  it("is refused beyond the size of a file, of a person's files, of a room's files and of what waits", async () => {
    const { grace, room } = await newRoom();
    setConfig(testConfig({ FILE_BYTES_MAX: "1000", STORAGE_BYTES_PER_USER: "2500", UPLOADS_PER_USER: "3" }));
    await expect(begin(grace, room.id, { size: 1_001 })).rejects.toMatchObject({
      code: "too_large",
      message: expect.stringContaining("at most 1000 bytes"),
      details: { field: "size" },
    });
    await begin(grace, room.id, { size: 1_000 });
    const second = await begin(grace, room.id, { size: 1_000 });
    await expect(begin(grace, room.id, { size: 501 })).rejects.toMatchObject({ code: "too_many" });
    await begin(grace, room.id, { size: 1 });
    expect(await code(begin(grace, room.id, { size: 1 }))).toBe("too_many");
    await discardFile(grace, second.id);
    expect(await code(begin(grace, room.id, { size: 1 }))).toBe("taken");

    setConfig(testConfig({ STORAGE_BYTES_PER_ROOM: "2500" }));
    const linus = await newPerson("Linus");
    await joinRoom(linus, room.id);
    expect(await code(begin(linus, room.id, { size: 1_600 }))).toBe("too_many");
    setConfig(testConfig());
  });

  it("counts uploads that begin at the same moment one after the other", async () => {
    const { grace, room } = await newRoom();
    setConfig(testConfig({ UPLOADS_PER_USER: "3" }));
    const begun = await Promise.all(Array.from({ length: 8 }, () => code(begin(grace, room.id))));
    setConfig(testConfig());
    expect(begun.filter((answer) => answer === "taken")).toHaveLength(3);
  });

  it("of twenty people at the same moment finds the room that is left, and no more", async () => {
    const { room } = await newRoom();
    const people = await Promise.all(Array.from({ length: 20 }, (_, n) => newPerson(`Person${n}`)));
    for (const person of people) await joinRoom(person, room.id);
    setConfig(testConfig({ STORAGE_BYTES_PER_ROOM: "1000" }));
    const begun = await Promise.all(people.map((person) => code(begin(person, room.id, { size: 300 }))));
    setConfig(testConfig());
    expect(begun.toSorted()).toEqual([...Array(3).fill("taken"), ...Array(17).fill("too_many")].toSorted());
  });

  it("goes on with what is missing, wherever it was cut", async () => {
    const { grace, room } = await newRoom();
    const bytes = randomBytes(12 * MEBIBYTE);
    const begun = await begin(grace, room.id, { size: bytes.length });
    const [first, second, third] = begun.upload?.parts ?? [];
    expect([first, second, third].map((part) => part?.number)).toEqual([1, 2, 3]);
    await sendParts({ ...begun, upload: { parts: [second as never], missingBytes: 0, expiresAt: "" } }, bytes);
    await expect(completeUpload(grace, begun.id, {})).rejects.toMatchObject({ code: "conflict" });

    const resumed = await findUpload(grace, begun.id);
    expect(resumed.upload?.parts.map(({ number }) => number)).toEqual([1, 3]);
    await sendParts(resumed, bytes);
    const { state, file } = await completeUpload(grace, begun.id, {});
    expect({ state, file }).toMatchObject({ state: "ready", file: { kind: "other", size: bytes.length } });
    expect(await completeUpload(grace, begun.id, {})).toMatchObject({ state: "ready", file });
    const got = await get(grace, `/files/${begun.id}`);
    expect(Buffer.from(await got.arrayBuffer()).equals(bytes)).toBe(true);
  });

  it("of very many parts is told of a hundred at a time, and of the next once those are there", async () => {
    const { grace, room } = await newRoom();
    setConfig(testConfig({ FILE_BYTES_MAX: String(2 ** 30) }));
    const size = 151 * 5 * MEBIBYTE;
    const begun = await begin(grace, room.id, { size });
    expect(begun.upload?.parts.map(({ number }) => number)).toEqual(Array.from({ length: 100 }, (_, n) => n + 1));
    expect(begun.upload?.missingBytes).toBe(size);

    const { storage } = shared();
    const there = new Set(begun.upload?.parts.map(({ number }) => number));
    setShared({ ...shared(), storage: { ...storage, listParts: async () => there } });
    const { upload } = await findUpload(grace, begun.id);
    setShared({ ...shared(), storage });
    setConfig(testConfig());
    expect(upload?.parts.map(({ number }) => number)).toEqual(Array.from({ length: 51 }, (_, n) => n + 101));
    expect(upload?.missingBytes).toBe(51 * 5 * MEBIBYTE);
    await discardFile(grace, begun.id);
  });

  it("is one person's: nobody else sees, finishes or discards it", async () => {
    const { grace, room } = await newRoom();
    const linus = await newPerson("Linus");
    await joinRoom(linus, room.id);
    const begun = await begin(grace, room.id);
    const works = [findUpload(linus, begun.id), completeUpload(linus, begun.id, {}), discardFile(linus, begun.id)];
    expect(await Promise.all(works.map(code))).toEqual(["not_found", "not_found", "not_found"]);
    const file = await upload(grace, room.id, NOTES);
    expect((await get(linus, file.url)).status).toBe(404);
    expect((await get(grace, file.url)).status).toBe(200);
  });

  it("that is discarded leaves nothing behind", async () => {
    const { grace, room } = await newRoom();
    const [before, rowsBefore] = [await objects(), await rows()];
    const begun = await begin(grace, room.id);
    await sendParts(begun, Buffer.alloc(10));
    await discardFile(grace, begun.id);
    const done = await upload(grace, room.id, NOTES);
    await discardFile(grace, done.id);
    expect(await code(discardFile(grace, done.id))).toBe("not_found");
    expect(await objects()).toEqual(before);
    expect(await rows()).toBe(rowsBefore);
  });
});

describe("completing", () => {
  it("is done once of many who ask, and the others are told to ask again", async () => {
    const { grace, room } = await newRoom();
    const begun = await begin(grace, room.id);
    await sendParts(begun, Buffer.alloc(10));
    const asked = await Promise.all(Array.from({ length: 5 }, () => code(completeUpload(grace, begun.id, {}))));
    expect(asked).toContain("taken");
    expect(asked.every((answer) => answer === "taken" || answer === "overloaded")).toBe(true);
    expect((await findUpload(grace, begun.id)).state).toBe("ready");
  });

  it("of many files at the same moment is done for four of one person's", async () => {
    const { grace, room } = await newRoom();
    const begun = await Promise.all(Array.from({ length: 8 }, () => begin(grace, room.id)));
    const claims = await Promise.all(begun.map(({ id }) => claim(grace.id, id)));
    const held = claims.filter((one) => one !== null);
    expect(held).toHaveLength(4);
    expect(await Promise.all(held.map(release))).toEqual([true, true, true, true]);
  });

  it("is taken over from a process that died at it, and waits for one that may be at it still", async () => {
    const { grace, room } = await newRoom();
    const begun = await begin(grace, room.id);
    await sendParts(begun, Buffer.alloc(10));
    const left = (ago: string) =>
      shared().pool.query(`UPDATE "File" SET state = 'processing', "touchedAt" = now() - $2::interval WHERE id = $1`, [
        begun.id,
        ago,
      ]);
    await left("3 seconds");
    expect(await code(completeUpload(grace, begun.id, {}))).toBe("overloaded");
    await left("1 minute");
    expect(await code(completeUpload(grace, begun.id, {}))).toBe("taken");
  });

  it("that was taken for dead, and wakes up, changes nothing of the picture that another made and that was sent", async () => {
    const { grace, room } = await newRoom();
    const { begun, held, wake } = await beginHeld(grace, room.id);
    await shared().pool.query(`UPDATE "File" SET "touchedAt" = now() - interval '3 minutes' WHERE id = $1`, [begun.id]);
    const { file } = await completeUpload(grace, begun.id, {});
    await post(grace, room.id, { message: "", files: [begun.id] });

    wake();
    expect(await held).toMatchObject({ state: "ready", file });
    expect((await get(grace, `/files/${begun.id}`)).status).toBe(200);
    expect((await get(grace, `/files/${begun.id}/small`)).status).toBe(200);
  });

  it("of what is discarded meanwhile leaves nothing behind", async () => {
    const { grace, room } = await newRoom();
    const [before, rowsBefore] = [await objects(), await rows()];
    const { begun, held, wake } = await beginHeld(grace, room.id);
    await discardFile(grace, begun.id);
    await forgetRemoved();
    expect(await rows()).toBe(rowsBefore + 1);

    wake();
    expect(await code(held)).toBe("not_found");
    expect(await objects()).toEqual(before);
    expect(await rows()).toBe(rowsBefore);
  });

  it("of an upload whose parts are lost is told as an end", async () => {
    const { grace, room } = await newRoom();
    const begun = await begin(grace, room.id);
    await shared().pool.query(`UPDATE "File" SET "uploadRef" = 'lost' WHERE id = $1`, [begun.id]);
    expect(await code(findUpload(grace, begun.id))).toBe("not_found");
    expect(await code(completeUpload(grace, begun.id, {}))).toBe("not_found");
  });
});

describe("a message", () => {
  it("carries files that everybody in the room reads, live, later and again", async () => {
    const { grace, room } = await newRoom();
    const linus = await newPerson("Linus");
    const heard: Message[] = [];
    const stop = await shared().backplane.subscribe(room.id, (event) => {
      if (event.type === "changes") heard.push(...event.changes.map(({ json }) => JSON.parse(json) as Message));
    });
    const notes = await upload(grace, room.id, NOTES);
    const more = await upload(grace, room.id, { name: "more.txt", bytes: Buffer.from("more") });
    expect(notes).toMatchObject({ kind: "text", type: "text/plain", text: "first line\nsecond line", size: 23 });

    const draft = { message: "", clientId: "with-files", files: [more.id, notes.id] };
    const { message, isNew } = await post(grace, room.id, draft);
    expect({ message, isNew }).toMatchObject({ isNew: true, message: { files: [more, notes] } });
    expect(await post(grace, room.id, draft)).toEqual({ message, isNew: false });
    expect(heard).toEqual([message, message]);
    const history = await listMessages(linus, room.id);
    expect(history.messages).toEqual([message]);
    expect(await (await get(linus, notes.url)).text()).toBe(NOTES.bytes.toString());
    stop();
  });

  it("without files has no such field", async () => {
    const { grace, room } = await newRoom();
    const { message } = await post(grace, room.id, { message: "plain" });
    expect(message).not.toHaveProperty("files");
    expect((await listMessages(grace, room.id)).messages).toEqual([message]);
  });

  it("takes no file that is another's, another room's, unfinished, gone, or in another message", async () => {
    const { grace, room } = await newRoom();
    const linus = await newPerson("Linus");
    await joinRoom(linus, room.id);
    const other = await createRoom(grace, { name: "Elsewhere" });
    const good = await upload(grace, room.id, NOTES);
    const gone = await upload(grace, room.id, NOTES);
    await discardFile(grace, gone.id);
    const used = await upload(grace, room.id, NOTES);
    await post(grace, room.id, { message: "used", files: [used.id] });
    const bad = {
      "You have no file": [(await upload(linus, room.id, NOTES)).id, gone.id, randomUUID()],
      "another room": [(await upload(grace, other.id, NOTES)).id],
      "not finished": [(await begin(grace, room.id)).id],
      "another message": [used.id],
    };
    for (const [why, ids] of Object.entries(bad)) {
      for (const id of ids) {
        await expect(post(grace, room.id, { message: "no", files: [good.id, id] })).rejects.toMatchObject({
          code: "invalid",
          message: expect.stringContaining(why),
          details: { field: "files" },
        });
      }
    }
    expect((await post(grace, room.id, { message: "yes", files: [good.id] })).isNew).toBe(true);
  });

  it("that is refused gives its files back", async () => {
    const { grace, room } = await newRoom();
    const linus = await newPerson("Linus");
    await joinRoom(linus, room.id);
    const file = await upload(linus, room.id, NOTES);
    await removeMember(grace, room.id, linus.id);
    expect(await code(post(linus, room.id, { message: "bye", clientId: "one", files: [file.id] }))).toBe("forbidden");
    await addMember(grace, room.id, linus.id);
    const again = await post(linus, room.id, { message: "back", clientId: "two", files: [file.id] });
    expect(again.message.files).toEqual([file]);
  });

  it("that is refused leaves another attempt at the same message its files", async () => {
    const { grace, room } = await newRoom();
    const file = await upload(grace, room.id, NOTES);
    await claimFiles(grace, { roomId: room.id, clientId: "twice" }, [file.id]);
    const refused = { message: "", clientId: "twice", files: [file.id, randomUUID()] };
    expect(await code(post(grace, room.id, refused))).toBe("invalid");
    expect(await code(post(grace, room.id, { message: "", clientId: "other", files: [file.id] }))).toBe("invalid");
    expect((await post(grace, room.id, { ...refused, files: [file.id] })).message.files).toEqual([file]);
  });

  it("is one of two that want the same file at the same moment", async () => {
    const { grace, room } = await newRoom();
    const file = await upload(grace, room.id, NOTES);
    const posts = Array.from({ length: 6 }, (_, n) =>
      code(post(grace, room.id, { message: "mine", clientId: `${n}`, files: [file.id] })),
    );
    expect((await Promise.all(posts)).toSorted()).toEqual([...Array(5).fill("invalid"), "taken"]);
  });

  it("takes its files with it when it goes, from every address, and their bytes soon after", async () => {
    const { grace, room } = await newRoom();
    const before = await objects();
    const png = await sharp({ create: { width: 600, height: 400, channels: 3, background: "teal" } })
      .png()
      .toBuffer();
    const file = await upload(grace, room.id, { name: "sea.png", bytes: png });
    const { message } = await post(grace, room.id, { message: "", files: [file.id] });
    const addresses = [file.url, file.small, file.large].map(String);
    for (const address of addresses) expect((await get(grace, address)).status).toBe(200);

    await deleteMessage(grace, room.id, message.id);
    for (const address of addresses) expect((await get(grace, address)).status).toBe(404);
    await forgetRemoved();
    expect(await objects()).toEqual(before);
  });

  it("has its picture described until it is sent", async () => {
    const { grace, room } = await newRoom();
    const file = await upload(grace, room.id, NOTES);
    expect(await describeFile(grace, file.id, { alt: "A list" })).toMatchObject({ file: { alt: "A list" } });
    const { message } = await post(grace, room.id, { message: "", files: [file.id] });
    expect(message.files).toMatchObject([{ alt: "A list" }]);
    expect(await code(describeFile(grace, file.id, { alt: "Too late" }))).toBe("conflict");
    expect(await code(discardFile(grace, file.id))).toBe("conflict");
  });
});

describe("after a day", () => {
  it("what no message took and what was never finished is removed, and nothing else", async () => {
    const { grace, room } = await newRoom();
    const sent = await upload(grace, room.id, NOTES);
    await post(grace, room.id, { message: "", files: [sent.id] });
    await removeUnsent();
    const before = await objects();
    const unsent = await upload(grace, room.id, NOTES);
    const unfinished = await begin(grace, room.id);
    const fresh = await begin(grace, room.id);
    await sendParts(unfinished, Buffer.alloc(10));
    const ids = [sent.id, unsent.id, unfinished.id];
    await shared().pool.query(`UPDATE "File" SET "touchedAt" = now() - interval '25 hours' WHERE id = ANY($1)`, [ids]);

    expect(await removeUnsent()).toBe(2);
    expect(await code(findUpload(grace, unsent.id))).toBe("not_found");
    expect(await code(findUpload(grace, unfinished.id))).toBe("not_found");
    expect((await findUpload(grace, fresh.id)).state).toBe("uploading");
    expect((await get(grace, sent.url)).status).toBe(200);
    await discardFile(grace, fresh.id);
    expect(await objects()).toEqual(before);
  });
});

describe("sweeping", () => {
  it("lets an upload go on that takes longer than a day, as long as somebody goes on with it, and no longer than a week", async () => {
    const { grace, room } = await newRoom();
    const begun = await begin(grace, room.id);
    const age = (column: "touchedAt" | "createdAt", ago: string) =>
      shared().pool.query(`UPDATE "File" SET "${column}" = now() - $2::interval WHERE id = $1`, [begun.id, ago]);
    await age("createdAt", "3 days");
    await age("touchedAt", "23 hours");
    expect((await findUpload(grace, begun.id)).state).toBe("uploading");
    await shared().pool.query(`UPDATE "File" SET "touchedAt" = "touchedAt" - interval '2 hours' WHERE id = $1`, [
      begun.id,
    ]);
    await removeUnsent();
    expect((await findUpload(grace, begun.id)).state).toBe("uploading");
    await age("createdAt", "8 days");
    await removeUnsent();
    expect(await code(findUpload(grace, begun.id))).toBe("not_found");
  });

  it("comes to what can be removed, however much before it cannot", async () => {
    const { grace, room } = await newRoom();
    const before = await rows();
    await shared().pool.query(
      `INSERT INTO "File" (id, "roomId", "uploaderId", name, size, "storedBytes", "deletedAt")
       SELECT gen_random_uuid(), $1, $2, 'stuck', 1, 1, now() - interval '1 hour' FROM generate_series(1, 150)`,
      [room.id, grace.id],
    );
    const good = await upload(grace, room.id, NOTES);
    const { storage } = shared();
    const remove = async (keys: readonly string[]) => {
      if (!keys.some((key) => key.includes(good.id))) throw new Error("The store is moody.");
      await storage.remove(keys);
    };
    setShared({ ...shared(), storage: { ...storage, remove } });
    await shared().pool.query(`UPDATE "File" SET "deletedAt" = now() WHERE id = $1`, [good.id]);
    await forgetRemoved();
    await forgetRemoved();
    setShared({ ...shared(), storage });
    expect(await shared().prisma.file.count({ where: { id: good.id } })).toBe(0);
    expect(await rows()).toBe(before + 150);
    await forgetRemoved();
    await forgetRemoved();
    expect(await rows()).toBe(before);
  });
});

/** A picture whose first completion waits at the picture until it is woken. */
async function beginHeld(viewer: Viewer, roomId: string) {
  const png = await sharp({ create: { width: 600, height: 400, channels: 3, background: "teal" } })
    .png()
    .toBuffer();
  const begun = await begin(viewer, roomId, { name: "sea.png", size: png.length });
  await sendParts(begun, png);
  const { media } = shared();
  const turns = new EventEmitter();
  const arrived = once(turns, "arrived");
  const woken = once(turns, "woken");
  setShared({
    ...shared(),
    media: {
      ...media,
      async picture(...given) {
        setShared({ ...shared(), media });
        turns.emit("arrived");
        await woken;
        return media.picture(...given);
      },
    },
  });
  const held = completeUpload(viewer, begun.id, {});
  // Looked at by the test alone, once it is woken.
  held.catch(() => {});
  await arrived;
  return { begun, held, wake: () => turns.emit("woken") };
}

function post(viewer: Viewer, roomId: string, given: NewMessage): Promise<Posted> {
  return new Promise((resolve, reject) => {
    postMessage(viewer, roomId, given, (posted) => ("error" in posted ? reject(posted.error) : resolve(posted)));
  });
}
