import { randomUUID } from "node:crypto";
import { afterEach, describe, expect, it, vi } from "vitest";
import { setConfig } from "@/server/config";
import { forgetRemoved } from "@/server/domain/files/removal";
import { acceptInvite, createInvite, findInvite } from "@/server/domain/invites";
import { addMember, joinRoom } from "@/server/domain/memberships";
import { type NewMessage, type Posted, postMessage } from "@/server/domain/messages";
import { deleteRoom, markRoomDeleted, purgeDeletedRooms } from "@/server/domain/room-deletion";
import { createRoom, findLastRoom, requireRoom, updateRoom } from "@/server/domain/rooms";
import type { Viewer } from "@/server/domain/viewer";
import { shared } from "@/server/shared";
import { testConfig } from "../support/domain";
import { useTestFiles } from "../support/files";
import { holdQuery } from "../support/hold-query";
import { untilWaitingForLocks } from "../support/locks";
import { newPerson } from "../support/people";
import { useTestRealtime } from "../support/realtime";
import { rest, tokenOf } from "../support/rest";

const AUDIT_INTERVAL_MS = 300;
const { connect, serve } = useTestRealtime({ auditIntervalMs: AUDIT_INTERVAL_MS });
const files = useTestFiles();

afterEach(() => {
  vi.restoreAllMocks();
  setConfig(testConfig({ SIGN_UPS_PER_ADDRESS_PER_HOUR: "10000" }));
});

async function newRoom(kind: "open" | "closed" = "open") {
  const [ada, grace] = [await newPerson("Ada"), await newPerson("Grace")];
  const room = await createRoom(ada, { name: `Plans ${randomUUID().slice(0, 8)}`, kind });
  await addMember(ada, room.id, grace.id);
  return { ada, grace, room };
}

function post(viewer: Viewer, roomId: string, given: NewMessage): Promise<Posted> {
  return new Promise((resolve, reject) => {
    postMessage(viewer, roomId, given, (posted) => ("error" in posted ? reject(posted.error) : resolve(posted)));
  });
}

async function age(roomId: string, days: number): Promise<void> {
  const deletedAt = new Date(Date.now() - days * 24 * 60 * 60 * 1_000);
  await shared().prisma.room.update({ where: { id: roomId }, data: { deletedAt } });
}

describe("a deleted room", () => {
  it.each(["open", "closed"] as const)("is gone at once for everybody who was in it (%s)", async (kind) => {
    const { ada, grace, room } = await newRoom(kind);
    const file = await files.upload(grace, room.id, { name: "plan.txt", bytes: Buffer.from("secret") });
    await post(grace, room.id, { message: "https://example.org", files: [file.id], previews: false });
    const unsent = await files.upload(grace, room.id, { name: "draft.txt", bytes: Buffer.from("draft") });
    const { token } = await createInvite(ada, { room: room.id });
    expect((await files.get(grace, file.url)).status).toBe(200);

    const [asAda, asGrace] = [await tokenOf(ada), await tokenOf(grace)];
    expect(await rest("DELETE", `/api/rooms/${room.slug}`, asAda)).toMatchObject({ status: 204 });

    const path = `/api/rooms/${room.id}`;
    for (const [method, address, body] of [
      ["GET", path],
      ["GET", `/api/rooms/${room.slug}`],
      ["GET", `${path}/messages`],
      ["GET", `${path}/files`],
      ["GET", `${path}/links`],
      ["GET", `${path}/members`],
      ["PUT", `${path}/members/me`],
      ["PATCH", path, { archived: false, kind: "open" }],
      ["POST", `${path}/messages`, { message: "still here?" }],
      ["POST", `${path}/files`, { name: "late.txt", size: 4 }],
      ["POST", `${path}/invites`, {}],
      ["DELETE", path],
    ] as const) {
      for (const who of [asAda, asGrace]) {
        const answer = await rest(method, address, { ...who, ...(body && { body }) });
        expect([method, address, answer.status, answer.body]).toMatchObject([method, address, 404, { error: {} }]);
      }
    }
    for (const viewer of [ada, grace]) {
      for (const { url } of [file, unsent]) expect((await files.get(viewer, url)).status).toBe(404);
      expect(await findLastRoom(viewer)).toMatchObject({ slug: "lobby" });
    }
    expect(await findInvite(token)).toBeNull();
    // What the version before, which knows no deleted rooms, decides by.
    const row = await shared().prisma.room.findUniqueOrThrow({
      where: { id: room.id },
      include: { memberships: true },
    });
    expect(row).toMatchObject({ kind: "closed", slug: room.id, archivedAt: expect.any(Date), memberships: [] });
    await expect(acceptInvite(await newPerson("Mary"), token)).rejects.toMatchObject({ code: "invite_invalid" });
  });

  it("frees its address at once", async () => {
    const { ada, room } = await newRoom();
    await deleteRoom(ada, room.id);
    const again = await createRoom(ada, { name: room.name });
    expect(again.slug).toBe(room.slug);
    expect(await requireRoom(ada, room.slug)).toMatchObject({ id: again.id, members: 1 });
  });

  it("says so to everybody who listens, on every process, and hears no more from them", async () => {
    const { ada, grace, room } = await newRoom();
    const other = await serve();
    const [adas, graces] = [await connect(await tokenOf(ada)), await connect(await tokenOf(grace), other.url)];
    for (const socket of [adas, graces]) await socket.join(room.id);
    await deleteRoom(ada, room.id);
    for (const socket of [adas, graces]) {
      expect((await socket.next("left")).payload).toEqual({ roomId: room.id, reason: "deleted" });
      socket.send({ type: "chat", payload: { roomId: room.id, message: "hello?" } });
      expect((await socket.next("error")).payload).toMatchObject({ code: "not_found" });
      socket.send({ type: "join", payload: { roomId: room.id } });
      expect((await socket.next("error")).payload).toMatchObject({ code: "not_found" });
    }
  });

  it("says so soon when the word of it was lost", async () => {
    const { ada, room } = await newRoom();
    const socket = await connect(await tokenOf(ada));
    await socket.join(room.id);
    vi.spyOn(shared().backplane, "publish").mockImplementation(() => {});
    await deleteRoom(ada, room.id);
    expect((await socket.next("left")).payload).toEqual({ roomId: room.id, reason: "deleted" });
  });

  it("takes no message that was waiting for its lock, alone or in a batch", async () => {
    const { ada, grace, room } = await newRoom();
    const { prisma, pool } = shared();
    const client = await pool.connect();
    await client.query("BEGIN");
    await client.query(`SELECT FROM "Room" WHERE id = $1 FOR UPDATE`, [room.id]);
    const deleting = markRoomDeleted(room.id);
    await untilWaitingForLocks(1);
    const code = (posted: Promise<Posted>) =>
      posted.then(
        () => "stored",
        (error) => error.code,
      );
    const alone = code(post(ada, room.id, { message: "alone" }));
    await untilWaitingForLocks(2);
    const batch = ["one", "two"].map((message) => code(post(grace, room.id, { message })));
    await client.query("COMMIT");
    client.release();
    expect(await deleting).toBe(true);
    expect(await Promise.all([alone, ...batch])).toEqual(["not_found", "not_found", "not_found"]);
    expect(await prisma.message.count({ where: { roomId: room.id } })).toBe(0);
  });

  it("keeps nobody who joined, was added or came by an invite at that very moment", async () => {
    const { ada, room } = await newRoom();
    const [mary, linus, hedy] = [await newPerson("Mary"), await newPerson("Linus"), await newPerson("Hedy")];
    const { token } = await createInvite(ada, { room: room.id });
    const client = await shared().pool.connect();
    await client.query("BEGIN");
    await client.query(`SELECT FROM "Room" WHERE id = $1 FOR UPDATE`, [room.id]);
    const deleting = markRoomDeleted(room.id);
    await untilWaitingForLocks(1);
    const coming = [joinRoom(mary, room.id), addMember(ada, room.id, linus.id), acceptInvite(hedy, token)].map((work) =>
      work.then(
        () => "in",
        ({ code }) => code,
      ),
    );
    await untilWaitingForLocks(4);
    await client.query("COMMIT");
    client.release();
    await deleting;
    expect(await Promise.all(coming)).toEqual(["not_found", "not_found", "invite_invalid"]);
    expect(await shared().prisma.membership.count({ where: { roomId: room.id } })).toBe(0);
  });

  it("stays deleted when an owner changes it at that very moment", async () => {
    const { ada, room } = await newRoom();
    const { reached, open } = holdQuery("room-by-id");
    const updating = updateRoom(ada, room.id, { archived: false }).catch(({ code }) => code);
    await reached;
    await markRoomDeleted(room.id);
    open();
    expect(await updating).toBe("not_found");
  });
});

describe("deleting a room", () => {
  it("is a room owner's, and the server owner's where they may see it; nobody deletes the lobby", async () => {
    const { ada, grace, room } = await newRoom();
    const { room: closed } = await newRoom("closed");
    const mary = await newPerson("Mary");
    await shared().prisma.user.update({ where: { id: mary.id }, data: { role: "owner" } });
    const owner: Viewer = { ...mary, role: "owner" };

    await expect(deleteRoom(grace, room.id)).rejects.toMatchObject({ code: "forbidden" });
    await expect(deleteRoom(owner, closed.id)).rejects.toMatchObject({ code: "not_found" });
    await expect(deleteRoom(owner, "lobby")).rejects.toMatchObject({ code: "forbidden" });
    const { id: lobbyId } = await requireRoom(ada, "lobby");
    expect(await markRoomDeleted(lobbyId)).toBe(false);
    await deleteRoom(owner, room.id);
    expect(await markRoomDeleted(room.id)).toBe(false);
  });
});

describe("the sweep of deleted rooms", () => {
  it("purges a room's row, messages, files and their bytes, links, memberships and invites after 30 days", async () => {
    const { ada, room } = await newRoom();
    const { prisma } = shared();
    const file = await files.upload(ada, room.id, { name: "plan.txt", bytes: Buffer.from("plan") });
    await post(ada, room.id, { message: "https://example.org", files: [file.id], previews: false });
    await vi.waitFor(async () => expect(await prisma.link.count({ where: { roomId: room.id } })).toBe(1));
    await createInvite(ada, { room: room.id });
    const stored = async () => (await files.objects()).filter((path) => path.includes(file.id)).length;
    const where = { roomId: room.id };
    const rows = () =>
      Promise.all([
        prisma.room.count({ where: { id: room.id } }),
        prisma.message.count({ where }),
        prisma.file.count({ where }),
        prisma.link.count({ where }),
        prisma.invite.count({ where }),
        stored(),
      ]);

    await deleteRoom(ada, room.id);
    await age(room.id, 29);
    await purgeDeletedRooms();
    expect(await rows()).toEqual([1, 1, 1, 1, 1, 1]);

    await age(room.id, 31);
    expect(await purgeDeletedRooms()).toBe(0);
    await forgetRemoved();
    expect(await purgeDeletedRooms()).toBe(1);
    expect(await rows()).toEqual([0, 0, 0, 0, 0, 0]);
  });
});

describe("how many rooms one person creates", () => {
  it("counts archived and deleted rooms too", async () => {
    setConfig(testConfig({ ROOMS_PER_USER: "2", ROOMS_PER_USER_PER_HOUR: "10" }));
    const ada = await newPerson("Ada");
    const [first, second] = [await createRoom(ada, { name: "One" }), await createRoom(ada, { name: "Two" })];
    await updateRoom(ada, first.id, { archived: true });
    await expect(createRoom(ada, { name: "Three" })).rejects.toMatchObject({ code: "too_many" });
    await deleteRoom(ada, second.id);
    await expect(createRoom(ada, { name: "Three" })).rejects.toMatchObject({
      code: "too_many",
      message: "Limit of 2 rooms reached. Archived rooms count, and deleted rooms for 30 days.",
    });
    await age(second.id, 31);
    await purgeDeletedRooms();
    await createRoom(ada, { name: "Three" });
  });

  it("is limited within an hour, and says when to come back", async () => {
    setConfig(testConfig({ ROOMS_PER_USER: "4" }));
    const ada = await newPerson("Ada");
    const { id } = await createRoom(ada, { name: "One" });
    await createRoom(ada, { name: "Two" });
    const refusal = await createRoom(ada, { name: "Three" }).catch((error) => error.toPayload());
    expect(refusal).toMatchObject({ code: "rate_limited", message: expect.stringContaining("2 new rooms an hour") });
    expect(refusal.retryAfterMs).toBeGreaterThan(59 * 60_000);
    const createdAt = new Date(Date.now() - 61 * 60_000);
    await shared().prisma.room.update({ where: { id }, data: { createdAt } });
    await createRoom(ada, { name: "Three" });
  });

  it("is exact when many are created at once", async () => {
    setConfig(testConfig({ ROOMS_PER_USER: "5", ROOMS_PER_USER_PER_HOUR: "100" }));
    const ada = await newPerson("Ada");
    const made = await Promise.allSettled(Array.from({ length: 12 }, () => createRoom(ada, { name: "Race" })));
    expect(made.filter(({ status }) => status === "fulfilled")).toHaveLength(5);
  });
});
