import { describe, expect, it, vi } from "vitest";
import { findAdder, findCandidates } from "@/server/domain/acquaintances";
import { admitToRoom } from "@/server/domain/admission";
import { acceptInvite, createInvite, inviteByEmail, listInvites } from "@/server/domain/invites";
import { addMember, joinRoom, leaveRoom, removeMember } from "@/server/domain/memberships";
import { allowAgain, isRemoved, listRemoved } from "@/server/domain/removals";
import { createRoom, requireRoom } from "@/server/domain/rooms";
import type { Viewer } from "@/server/domain/viewer";
import { shared } from "@/server/shared";
import { untilWaitingForLocks } from "../support/locks";
import { newPerson } from "../support/people";
import { useTestRealtime } from "../support/realtime";
import { rest, tokenOf } from "../support/rest";

const { connect } = useTestRealtime();

/** A room of Ada's with Grace in it, and Mary, who was removed. */
async function ops(kind: "open" | "closed" = "open") {
  const [ada, grace, mary] = [await newPerson("Ada"), await newPerson("Grace"), await newPerson("Mary")];
  const room = await createRoom(ada, { name: "ops", kind });
  for (const { id } of [grace, mary]) await addMember(ada, room.id, id);
  await removeMember(ada, room.id, mary.id);
  return { ada, grace, mary, room };
}

const REMOVED = { code: "forbidden", message: "You were removed from #ops. Ask a room owner to add you again." };

async function joined(viewer: Viewer, roomId: string): Promise<boolean> {
  const where = { roomId_userId: { roomId, userId: viewer.id } };
  return (await shared().prisma.membership.findUnique({ where })) !== null;
}

describe("somebody who was removed from a room", () => {
  it("does not come back by joining, over REST, over the socket or by an invite, and uses none up", async () => {
    const { grace, mary, room } = await ops();
    const asMary = await tokenOf(mary);
    const { token, id } = await createInvite(grace, { room: room.id, maxUses: 1 });

    await expect(joinRoom(mary, room.id)).rejects.toMatchObject(REMOVED);
    expect(await rest("PUT", `/api/rooms/${room.slug}/members/me`, asMary)).toMatchObject({
      status: 403,
      body: { error: REMOVED },
    });
    const socket = await connect(asMary);
    socket.send({ type: "join", payload: { roomId: room.id } });
    expect((await socket.next("error")).payload).toMatchObject(REMOVED);
    await expect(acceptInvite(mary, token)).rejects.toMatchObject(REMOVED);
    await newPerson("Mary", { email: mary.email, inviteToken: token }).catch(({ code }) =>
      expect(code).toBe("forbidden"),
    );
    expect(await joined(mary, room.id)).toBe(false);
    expect(await listInvites(grace, room.id)).toMatchObject([{ id, uses: 0, maxUses: 1 }]);
  });

  it("is added again by an owner of the room, and by nobody else", async () => {
    const { ada, grace, mary, room } = await ops("closed");
    await expect(addMember(grace, room.id, mary.id)).rejects.toMatchObject({
      code: "forbidden",
      message: "Mary was removed from #ops. Only a room owner can add them again.",
    });
    await leaveRoom(mary, "lobby");
    await addMember(ada, room.id, mary.id);
    expect(await joined(mary, room.id)).toBe(true);
    expect(await listRemoved(ada, room.id)).toEqual([]);
    await leaveRoom(mary, room.id);
    expect(await isRemoved(mary, room.id)).toBe(false);
  });

  it("is on a list that the owners see and clear", async () => {
    const { ada, grace, mary, room } = await ops();
    const [asAda, asGrace] = [await tokenOf(ada), await tokenOf(grace)];
    const path = `/api/rooms/${room.slug}/removed`;
    expect(await rest("GET", path, asGrace)).toMatchObject({ status: 403 });
    expect(await rest("DELETE", `${path}/${mary.id}`, asGrace)).toMatchObject({ status: 403 });
    const people = [{ id: mary.id, name: "Mary", removedAt: expect.any(String), removedBy: "Ada" }];
    expect(await rest("GET", path, asAda)).toMatchObject({ status: 200, body: { people } });
    expect(await isRemoved(mary, room.id)).toBe(true);

    expect(await rest("DELETE", `${path}/${mary.id}`, asAda)).toMatchObject({ status: 204 });
    expect(await rest("DELETE", `${path}/nobody`, asAda)).toMatchObject({ status: 204 });
    await allowAgain(ada, room.id, mary.id);
    expect(await joinRoom(mary, room.id)).toMatchObject({ joined: true });
  });

  it("does not slip in at the moment in which they are removed", async () => {
    const { ada, grace, room } = await ops();
    const client = await shared().pool.connect();
    await client.query("BEGIN");
    await client.query(`SELECT FROM "Membership" WHERE "roomId" = $1 AND "userId" = $2 FOR UPDATE`, [
      room.id,
      grace.id,
    ]);
    const removing = removeMember(ada, room.id, grace.id);
    await untilWaitingForLocks(1);
    // As if it had found no membership just before: it waits for the room's lock, and looks for the removal after it.
    const coming = shared().prisma.$transaction((tx) =>
      admitToRoom(tx, { roomId: room.id, userId: grace.id, isJoining: true }),
    );
    await untilWaitingForLocks(2);
    await client.query("COMMIT");
    client.release();
    await removing;
    expect(await coming).toBe("removed");
    expect(await joined(grace, room.id)).toBe(false);
  });
});

describe("removing somebody whose invite is accepted at that moment", () => {
  it("ends without either waiting for the other", async () => {
    const { ada, grace, room } = await ops();
    const { token } = await createInvite(grace, { room: room.id });
    const linus = await newPerson("Linus");
    const client = await shared().pool.connect();
    await client.query("BEGIN");
    await client.query(`SELECT FROM "Room" WHERE id = $1 FOR UPDATE`, [room.id]);
    const removing = removeMember(ada, room.id, grace.id);
    await untilWaitingForLocks(1);
    const accepting = acceptInvite(linus, token).catch(({ code }) => code);
    const adding = addMember(grace, room.id, linus.id).catch(({ code }) => code);
    await untilWaitingForLocks(3);
    await client.query("COMMIT");
    client.release();
    await removing;
    expect(await accepting).toBe("invite_invalid");
    expect(await adding).toBe("not_found");
    expect(await joined(linus, room.id)).toBe(false);
  });
});

describe("an invite with a maximum number of uses", () => {
  it("admits exactly so many of many who accept it at once", async () => {
    const { ada, room } = await ops("closed");
    const { token, maxUses } = await createInvite(ada, { room: room.id, maxUses: 3 });
    expect(maxUses).toBe(3);
    const many: Viewer[] = [];
    for (let n = 0; n < 8; n++) many.push(await newPerson(`Guest${n}`));
    const before = (await requireRoom(ada, room.id)).members;
    const came = await Promise.allSettled(many.map((guest) => acceptInvite(guest, token)));
    expect(came.filter(({ status }) => status === "fulfilled")).toHaveLength(3);
    for (const each of came) if (each.status === "rejected") expect(each.reason.code).toBe("invite_invalid");
    expect((await requireRoom(ada, room.id)).members).toBe(before + 3);
    expect(await listInvites(ada, room.id)).toEqual([]);
  });

  it("is used up by signing up, and not by members or twice by one person", async () => {
    const { ada, grace, room } = await ops("closed");
    const { token, id } = await createInvite(ada, { room: room.id, maxUses: 2 });
    await acceptInvite(grace, token);
    const linus = await newPerson("Linus");
    await Promise.all([acceptInvite(linus, token), acceptInvite(linus, token)]);
    await acceptInvite(linus, token);
    expect(await listInvites(ada, room.id)).toMatchObject([{ id, uses: 1, maxUses: 2 }]);

    const hedy = await newPerson("Hedy", { inviteToken: token });
    expect(await acceptInvite(hedy, token)).toMatchObject({ id: room.id });
    await expect(newPerson("Late", { inviteToken: token })).rejects.toMatchObject({ code: "invite_invalid" });
    expect(await shared().prisma.user.count({ where: { name: "Late" } })).toBe(0);
  });

  it.each([0, 1.5, 1_001, "many", Number.NaN])("is refused for %s", async (maxUses) => {
    const { ada, room } = await ops();
    await expect(createInvite(ada, { room: room.id, maxUses: maxUses as number })).rejects.toMatchObject({
      code: "invalid",
      details: { field: "maxUses" },
    });
  });
});

describe("adding somebody by their e-mail address", () => {
  it("gives the same answer whether or not somebody has an account with it, and adds nobody", async () => {
    const { ada, room } = await ops("closed");
    const linus = await newPerson("Linus");
    const asAda = await tokenOf(ada);
    const add = (email: string) => rest("POST", `/api/rooms/${room.id}/members`, { ...asAda, body: { email } });
    const invite = { id: expect.any(String), token: expect.any(String), url: expect.any(String), maxUses: 1 };
    for (const email of [linus.email, "nobody@example.org", ada.email]) {
      const answer = await add(email);
      expect(answer.status).toBe(201);
      expect(answer.body).toEqual({ invite: { ...invite, expiresAt: expect.any(String) } });
    }
    expect(await joined(linus, room.id)).toBe(false);
    expect(await add("not an address")).toMatchObject({ status: 400, body: { error: { field: "email" } } });
  });

  it("does the same work for both: the address is in no query", async () => {
    const { ada, room } = await ops("closed");
    const linus = await newPerson("Linus");
    const asked: string[] = [];
    const spy = vi.spyOn(shared().pool, "query");
    for (const email of [linus.email, "nobody@example.org"]) {
      await inviteByEmail(ada, room.id, email);
      asked.push(JSON.stringify(spy.mock.calls));
      spy.mockClear();
    }
    spy.mockRestore();
    expect(asked.join()).not.toContain("@");
    const user = vi.spyOn(shared().prisma.user, "findFirst");
    await inviteByEmail(ada, room.id, linus.email);
    expect(user).not.toHaveBeenCalled();
    user.mockRestore();
  });

  it("lets in whoever holds the link, once, whatever address their account has", async () => {
    const { ada, room } = await ops("closed");
    const impostor = await newPerson("Boss", { email: "boss@example.org" });
    const boss = await newPerson("Boss", { email: "boss.private@example.org" });
    const { token } = await inviteByEmail(ada, room.id, "boss@example.org");
    expect(await joined(impostor, room.id)).toBe(false);
    await acceptInvite(boss, token);
    await expect(acceptInvite(impostor, token)).rejects.toMatchObject({ code: "invite_invalid" });
  });
});

describe("adding somebody by name", () => {
  it("finds and adds people with whom one shares a room, and nobody else", async () => {
    const { ada, grace, room } = await ops("closed");
    const [shy, open] = [await newPerson("ZoëShy"), await newPerson("ZoeOpen")];
    await leaveRoom(shy, "lobby");
    const names = async (query: string) => (await findCandidates(ada, room.id, query)).map(({ name }) => name);
    expect(await names("zoe")).toEqual(["ZoeOpen"]);
    expect(await names("Grace")).not.toContainEqual(expect.objectContaining({ id: grace.id }));
    expect(await names("adda")).toEqual([]);

    const nobody = "0190a6d4-8f2e-7c3b-9a51-2f6d8e4b7c10";
    const refusals = [];
    for (const id of [shy.id, nobody]) refusals.push(await addMember(ada, room.id, id).catch((e) => e.toPayload()));
    expect(refusals[0]).toMatchObject({ code: "not_found" });
    expect(refusals[1]).toEqual(refusals[0]);
    expect(await addMember(ada, room.id, open.id)).toEqual({ id: open.id, name: "ZoeOpen" });

    const outsider = await newPerson("Outsider");
    await expect(findCandidates(outsider, room.id, "zoe")).rejects.toMatchObject({ code: "not_found" });
    const asAda = await tokenOf(ada);
    expect(await rest("GET", `/api/rooms/${room.id}/candidates?query=`, asAda)).toMatchObject({ status: 400 });
  });

  it("tells the person who added them, until they say that they stay", async () => {
    const { ada, grace, room } = await ops();
    expect(await findAdder(grace, room.id)).toBe("Ada");
    expect(await findAdder(ada, room.id)).toBeNull();
    await joinRoom(grace, room.id);
    expect(await findAdder(grace, room.id)).toBeNull();
    await addMember(ada, room.id, grace.id);
    expect(await findAdder(grace, room.id)).toBeNull();
  });
});
