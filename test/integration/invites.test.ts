import { afterEach, describe, expect, it, vi } from "vitest";
import { config, setConfig } from "@/server/config";
import { acceptInvite, createInvite, findInvite, listInvites, revokeInvite } from "@/server/domain/invites";
import { addMember, joinRoom, removeMember } from "@/server/domain/memberships";
import { createRoom, requireRoom, updateRoom } from "@/server/domain/rooms";
import { testConfig, useTestDomain } from "../support/domain";
import { newPerson } from "../support/people";

const shared = useTestDomain();
const DAY_MS = 24 * 60 * 60_000;

afterEach(() => {
  vi.useRealTimers();
  setConfig(testConfig());
});

async function closedRoom() {
  const ada = await newPerson("Ada");
  const room = await createRoom(ada, { name: "Closed", kind: "closed" });
  return { ada, room };
}

describe("an invite to a room", () => {
  it("says who invites to what, and admits whoever holds it", async () => {
    const { ada, room } = await closedRoom();
    const grace = await newPerson("Grace");
    const { token, url, expiresAt } = await createInvite(ada, { room: room.slug });

    expect(url).toBe(`${config().publicUrl}/invite/${token}`);
    expect(new Date(expiresAt).getTime() - Date.now()).toBeCloseTo(7 * DAY_MS, -5);
    expect(await findInvite(token)).toEqual({ room: { name: "Closed" }, invitedBy: "Ada", expiresAt });
    expect(await acceptInvite(grace, token)).toMatchObject({ id: room.id, members: 2 });
    expect(await acceptInvite(grace, token)).toMatchObject({ members: 2 });
    expect(await acceptInvite(ada, token)).toMatchObject({ members: 2 });
    expect(await requireRoom(ada, room.id)).toMatchObject({ role: "owner" });
  });

  it("lets its holder sign up where only the invited may, into the lobby and the room", async () => {
    const { ada, room } = await closedRoom();
    const { token } = await createInvite(ada, { room: room.id });
    setConfig(testConfig({ SIGN_UP: "invite" }));

    const mary = await newPerson("Mary", { inviteToken: token });
    expect(await requireRoom(mary, room.id)).toMatchObject({ joined: true, role: "member" });
    expect(await requireRoom(mary, "lobby")).toMatchObject({ joined: true });
  });

  it("also admits who signs up with the account that they have", async () => {
    const { ada, room } = await closedRoom();
    const grace = await newPerson("Grace");
    const { token } = await createInvite(ada, { room: room.id });
    await newPerson("Grace", { email: grace.email, inviteToken: token });
    expect(await requireRoom(grace, room.id)).toMatchObject({ joined: true });
  });

  it("is a member's to make", async () => {
    const { ada } = await closedRoom();
    const grace = await newPerson("Grace");
    const open = await createRoom(ada, { name: "Open" });
    await expect(createInvite(grace, { room: open.id })).rejects.toMatchObject({ code: "forbidden" });
    await joinRoom(grace, open.id);
    await createInvite(grace, { room: open.id });
    await updateRoom(ada, open.id, { archived: true });
    await expect(createInvite(grace, { room: open.id })).rejects.toMatchObject({ code: "archived" });
  });

  it("to a closed room that one may not see is refused as to none", async () => {
    const { room } = await closedRoom();
    const grace = await newPerson("Grace");
    await expect(createInvite(grace, { room: room.id })).rejects.toMatchObject({ code: "not_found" });
    await expect(listInvites(grace, room.id)).rejects.toMatchObject({ code: "not_found" });
  });

  it("waits while the room is archived", async () => {
    const { ada, room } = await closedRoom();
    const { token } = await createInvite(ada, { room: room.id });
    await updateRoom(ada, room.id, { archived: true });
    expect(await findInvite(token)).toBeNull();
    await updateRoom(ada, room.id, { archived: false });
    expect(await findInvite(token)).toMatchObject({ invitedBy: "Ada" });
  });
});

describe("an invite that ended", () => {
  it.each(["expired", "was revoked", "never was", "came from somebody who was removed"])(
    "because it %s admits nobody",
    async (why) => {
      const { ada, room } = await closedRoom();
      const grace = await newPerson("Grace");
      await addMember(ada, room.id, grace.id);
      const invite = await createInvite(grace, { room: room.id, expiresInHours: 1 });
      expect(await findInvite(invite.token)).not.toBeNull();

      if (why === "expired") vi.useFakeTimers({ toFake: ["Date"], now: new Date(invite.expiresAt) });
      if (why === "was revoked") await revokeInvite(ada, invite.id);
      if (why === "came from somebody who was removed") await removeMember(ada, room.id, grace.id);
      const token = why === "never was" ? "made-up" : invite.token;

      expect(await findInvite(token)).toBeNull();
      const mary = await newPerson("Mary");
      await expect(acceptInvite(mary, token)).rejects.toMatchObject({ code: "invite_invalid" });
      await expect(newPerson("New", { inviteToken: token })).rejects.toMatchObject({ code: "invite_invalid" });
      await expect(requireRoom(mary, room.id)).rejects.toMatchObject({ code: "not_found" });
      if (why !== "never was") expect((await listInvites(ada, room.id)).map(({ id }) => id)).not.toContain(invite.id);
    },
  );
});

describe("revoking an invite", () => {
  it("is for who made it and for who has a say in the room", async () => {
    const { ada, room } = await closedRoom();
    const [grace, mary] = [await newPerson("Grace"), await newPerson("Mary")];
    for (const { id } of [grace, mary]) await addMember(ada, room.id, id);
    const { id } = await createInvite(grace, { room: room.id });

    expect(await listInvites(mary, room.id)).toEqual([]);
    expect(await listInvites(ada, room.id)).toMatchObject([{ id, invitedBy: "Grace", room: { slug: room.slug } }]);
    await expect(revokeInvite(mary, id)).rejects.toMatchObject({ code: "not_found" });
    await expect(revokeInvite(ada, "nonsense")).rejects.toMatchObject({ code: "not_found" });
    await revokeInvite(ada, id);
    await revokeInvite(grace, id);
  });
});

describe("an invite to the server", () => {
  it("is the owner's, and lets its holder sign up", async () => {
    const grace = await newPerson("Grace");
    const found = await shared().prisma.user.findFirstOrThrow({ where: { role: "owner" } });
    const owner = { ...grace, id: found.id, role: "owner" } as const;

    await expect(createInvite(grace)).rejects.toMatchObject({ code: "forbidden" });
    const { id, token } = await createInvite(owner);
    expect(await listInvites(owner)).toContainEqual(expect.objectContaining({ id, room: null }));
    expect(await findInvite(token)).toMatchObject({ invitedBy: found.name });
    setConfig(testConfig({ SIGN_UP: "invite" }));
    const mary = await newPerson("Mary", { inviteToken: token });
    expect(await acceptInvite(mary, token)).toBeNull();
  });

  it("is refused beyond the most", async () => {
    const { ada, room } = await closedRoom();
    setConfig(testConfig({ INVITES_PER_USER: "1" }));
    const { id } = await createInvite(ada, { room: room.id });
    await expect(createInvite(ada, { room: room.id })).rejects.toMatchObject({ code: "too_many" });
    await revokeInvite(ada, id);
    await createInvite(ada, { room: room.id });
  });
});

it("no table holds the token of an invite", async () => {
  const { ada, room } = await closedRoom();
  const { token } = await createInvite(ada, { room: room.id });
  expect(JSON.stringify(await shared().prisma.invite.findMany())).not.toContain(token);
});
