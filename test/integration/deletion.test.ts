import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { Message, ServerFrame } from "@/protocol/frames";
import { Prisma } from "@/server/db/generated/client";
import { deleteMessage } from "@/server/domain/deletion";
import { changesSince, listMessages } from "@/server/domain/history";
import { linkUp, removePreviews } from "@/server/domain/links/previews";
import { joinRoom, leaveRoom } from "@/server/domain/memberships";
import { showLinks } from "@/server/domain/message-changes";
import { type NewMessage, type Posted, postMessage } from "@/server/domain/messages";
import { createRoom, updateRoom } from "@/server/domain/rooms";
import type { Viewer } from "@/server/domain/viewer";
import { setShared, shared } from "@/server/shared";
import { newPerson } from "../support/people";
import { useTestRealtime } from "../support/realtime";
import { rest, tokenOf } from "../support/rest";

const { connect } = useTestRealtime();

const NO_LINKS = { links: { equals: Prisma.DbNull } };

async function newRoom(kind: "open" | "closed" = "open") {
  const grace = await newPerson("Grace");
  return { grace, room: await createRoom(grace, { name: `Room ${randomUUID().slice(0, 8)}`, kind }) };
}

function post(viewer: Viewer, roomId: string, given: NewMessage): Promise<Posted> {
  return new Promise((resolve, reject) => {
    postMessage(viewer, roomId, given, (posted) => ("error" in posted ? reject(posted.error) : resolve(posted)));
  });
}

async function code(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => "done",
    (error) => error.code ?? error,
  );
}

function told(frames: ServerFrame[]): Message[] {
  return frames.flatMap((frame) => (frame.type === "chat" ? [frame.payload] : []));
}

async function rowOf({ id }: Message) {
  return shared().prisma.message.findUniqueOrThrow({ where: { id } });
}

describe("a message that is deleted", () => {
  it("keeps its place and nothing of what it said, and everybody is told under the room's next number", async () => {
    const { grace, room } = await newRoom();
    const linus = await newPerson("Linus");
    await joinRoom(linus, room.id);
    const here = await connect(await tokenOf(linus));
    await here.join(room.id);
    const { message } = await post(grace, room.id, { message: "my password is hunter2" });
    await post(linus, room.id, { message: "oh" });
    await here.untilFrames(2, "chat");

    await deleteMessage(grace, room.id, message.id);
    const heard = told(await here.untilFrames(3, "chat")).at(-1);
    expect(heard).toEqual({ ...message, rev: 3, message: "", deletedAt: expect.any(String) });
    expect(await rowOf(message)).toMatchObject({ body: "", files: null, links: null, seq: 1, rev: 3 });
    expect((await listMessages(linus, room.id)).messages.map(({ message }) => message)).toEqual(["", "oh"]);
    expect((await changesSince(room.id, 2, 10)).messages).toEqual([heard]);

    const back = await connect(await tokenOf(linus));
    const missed = await back.join(room.id, 0);
    expect(JSON.stringify(missed)).not.toContain("hunter2");
    expect(missed.messages).toContainEqual(heard);
  });

  it("is deleted once, however often that is asked for, and at once", async () => {
    const { grace, room } = await newRoom();
    const { message } = await post(grace, room.id, { message: "no" });
    await Promise.all(Array.from({ length: 8 }, () => deleteMessage(grace, room.id, message.id)));
    await deleteMessage(grace, room.id, message.id);
    expect(await rowOf(message)).toMatchObject({ rev: 2 });
  });

  it("is the first message for a retry, and stays deleted", async () => {
    const { grace, room } = await newRoom();
    const { message } = await post(grace, room.id, { message: "again", clientId: "same" });
    await deleteMessage(grace, room.id, message.id);
    const retry = await post(grace, room.id, { message: "again", clientId: "same" });
    expect(retry).toMatchObject({ isNew: false, message: { id: message.id, message: "", rev: 2 } });
  });

  it("is not brought back by the preview of a link that comes too late", async () => {
    const { grace, room } = await newRoom();
    const { links } = shared();
    const { message } = await post(grace, room.id, { message: "https://example.org/secret", previews: false });
    const readPage = async (url: string) => {
      await deleteMessage(grace, room.id, message.id);
      return { url, title: "An article", description: "", site: "site", pictureUrl: null };
    };
    setShared({ ...shared(), links: { ...links, readPage } });
    await linkUp(message, { wantsPreview: true });
    setShared({ ...shared(), links });
    expect(await rowOf(message)).toMatchObject({ deletedAt: expect.any(Date), links: null, rev: 2 });
    await linkUp(message, { wantsPreview: false });
    expect(await shared().prisma.link.count({ where: { roomId: room.id } })).toBe(0);
    expect(await code(removePreviews(grace, room.id, message.id))).toBe("not_found");
  });

  it("leaves no link behind, at whatever moment of its being kept and shown it comes", async () => {
    const { grace, room } = await newRoom();
    const { links } = shared();
    const readPage = async (url: string) => ({ url, title: "Page", description: "", site: "site", pictureUrl: null });
    setShared({ ...shared(), links: { ...links, readPage } });
    const url = "https://example.org/secret";
    const said = await Promise.all(
      Array.from({ length: 40 }, async () => (await post(grace, room.id, { message: url, previews: false })).message),
    );
    await Promise.all(
      said.flatMap((message) => [linkUp(message, { wantsPreview: true }), deleteMessage(grace, room.id, message.id)]),
    );
    setShared({ ...shared(), links });
    const { messages } = await listMessages(grace, room.id);
    expect(messages.filter(({ deletedAt, links }) => deletedAt === null || links)).toEqual([]);
    expect(await shared().prisma.message.count({ where: { roomId: room.id, NOT: NO_LINKS } })).toBe(0);
    expect(await shared().prisma.link.count({ where: { roomId: room.id } })).toBe(0);
  });
});

describe("who deletes", () => {
  it("is who sent it, and who looks after the room", async () => {
    const server = await newPerson("Owner");
    const { grace, room } = await newRoom();
    const [linus, hedy] = [await newPerson("Linus"), await newPerson("Hedy")];
    for (const person of [linus, hedy]) await joinRoom(person, room.id);
    const say = async (by: Viewer) => (await post(by, room.id, { message: "said" })).message;

    expect(await code(deleteMessage(hedy, room.id, (await say(linus)).id))).toBe("forbidden");
    expect(await code(deleteMessage(linus, room.id, (await say(linus)).id))).toBe("done");
    expect(await code(deleteMessage(grace, room.id, (await say(linus)).id))).toBe("done");
    expect(await code(deleteMessage({ ...server, role: "owner" }, room.id, (await say(linus)).id))).toBe("done");
  });

  it("still deletes what they said in an open room that they left, and nothing where they see none", async () => {
    const { grace, room } = await newRoom();
    const linus = await newPerson("Linus");
    await joinRoom(linus, room.id);
    const { message } = await post(linus, room.id, { message: "said" });
    const { message: graces } = await post(grace, room.id, { message: "mine" });
    await leaveRoom(linus, room.id);
    expect(await code(deleteMessage(linus, room.id, graces.id))).toBe("forbidden");
    expect(await code(deleteMessage(linus, room.id, message.id))).toBe("done");
  });

  it("finds no message in a room that they do not see, in another room, or under no id", async () => {
    const { grace, room } = await newRoom("closed");
    const other = await createRoom(grace, { name: `Other ${randomUUID().slice(0, 8)}` });
    const stranger = await newPerson("Stranger");
    const { message } = await post(grace, room.id, { message: "said" });
    expect(await code(deleteMessage({ ...stranger, role: "owner" }, room.id, message.id))).toBe("not_found");
    expect(await code(deleteMessage(grace, other.id, message.id))).toBe("not_found");
    expect(await code(deleteMessage(grace, room.id, "x"))).toBe("not_found");
    expect(await code(deleteMessage(grace, room.id, randomUUID()))).toBe("not_found");
    expect(await rowOf(message)).toMatchObject({ body: "said", deletedAt: null });
  });

  it("deletes nothing in an archived room", async () => {
    const { grace, room } = await newRoom();
    const { message } = await post(grace, room.id, { message: "kept" });
    await updateRoom(grace, room.id, { archived: true });
    expect(await code(deleteMessage(grace, room.id, message.id))).toBe("archived");
    expect(await rowOf(message)).toMatchObject({ body: "kept", rev: 1 });
  });

  it("asks by REST, counted as one who speaks", async () => {
    const { grace, room } = await newRoom();
    const asGrace = await tokenOf(grace);
    const ids: string[] = [];
    for (let n = 0; n < 3; n++) ids.push((await post(grace, room.id, { message: `${n}` })).message.id);
    const remove = (id: string) => rest("DELETE", `/api/rooms/${room.slug}/messages/${id}`, asGrace);
    expect((await remove(ids[0] as string)).status).toBe(204);
    expect((await remove("x")).status).toBe(404);
    expect((await rest("DELETE", `/api/rooms/${room.slug}/messages/${ids[1]}`)).status).toBe(401);
    let refused = 0;
    for (let n = 0; n < 30; n++) if ((await remove(ids[2] as string)).status === 429) refused++;
    expect(refused).toBeGreaterThan(0);
  });
});

it("numbers stay without a hole and the same for all while many write, delete, show links and take them off", async () => {
  const { grace, room } = await newRoom();
  const reader = await connect(await tokenOf(grace));
  await reader.join(room.id);
  const first = await Promise.all(
    Array.from({ length: 60 }, async (_, n) => (await post(grace, room.id, { message: `first ${n}` })).message),
  );
  const link = { url: "https://example.org", title: "Page", description: "", site: "site" };
  const [linked, deleted] = [first.slice(0, 40), first.slice(20)];
  await Promise.all(linked.map((message) => showLinks(message, [link])));
  const work = [
    ...linked.map(({ id }) => removePreviews(grace, room.id, id).catch(({ code }) => expect(code).toBe("not_found"))),
    ...deleted.map(({ id }) => deleteMessage(grace, room.id, id)),
    ...linked.map((message) => showLinks(message, [link])),
    ...Array.from({ length: 40 }, (_, n) => post(grace, room.id, { message: `second ${n}` })),
  ];
  await Promise.all(work);
  const { seq } = await changesSince(room.id, 0, 1);
  // All that were said, all that were shown before, and all that were deleted: at least.
  expect(seq).toBeGreaterThanOrEqual(100 + linked.length + deleted.length);
  const heard = told(await reader.untilFrames(seq, "chat"));
  expect(heard.map(({ rev }) => rev)).toEqual(Array.from({ length: seq }, (_, n) => n + 1));
  const { messages } = await listMessages(grace, room.id, { limit: 200 });
  expect(messages.filter(({ deletedAt }) => deletedAt).map(({ id }) => id)).toEqual(deleted.map(({ id }) => id));
  const left = { roomId: room.id, deletedAt: { not: null }, OR: [{ body: { not: "" } }, { NOT: NO_LINKS }] };
  expect(await shared().prisma.message.count({ where: left })).toBe(0);
});
