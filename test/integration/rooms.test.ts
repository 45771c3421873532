import { describe, expect, it } from "vitest";
import type { RoomEvent } from "@/server/backplane/backplane";
import { setConfig } from "@/server/config";
import { addMember, joinRoom, leaveRoom, listMembers, removeMember } from "@/server/domain/memberships";
import { browseRooms } from "@/server/domain/room-directory";
import { createRoom, findLastRoom, rememberVisit, requireRoom, updateRoom } from "@/server/domain/rooms";
import type { Viewer } from "@/server/domain/viewer";
import { testConfig, useTestDomain } from "../support/domain";
import { newPerson } from "../support/people";

const shared = useTestDomain({ SIGN_UPS_PER_ADDRESS_PER_HOUR: "1000" });
const NOBODY = "0190a6d4-8f2e-7c3b-9a51-2f6d8e4b7c10";

async function people(): Promise<{ ada: Viewer; grace: Viewer; mary: Viewer }> {
  return { ada: await newPerson("Ada"), grace: await newPerson("Grace"), mary: await newPerson("Mary") };
}

/** What is said about a room while something happens. */
async function eventsOf(roomId: string, act: () => Promise<unknown>): Promise<RoomEvent[]> {
  const events: RoomEvent[] = [];
  const stop = await shared().backplane.subscribe(roomId, (event) => events.push(event));
  await act();
  stop();
  return events;
}

describe("opening a room", () => {
  it("gives it a readable address and its maker the say", async () => {
    const { ada } = await people();
    const room = await createRoom(ada, { name: "Köln office ", topic: "What's for lunch" });
    expect(room).toEqual({
      id: expect.any(String),
      slug: "köln-office",
      name: "Köln office",
      topic: "What's for lunch",
      kind: "open",
      seq: 0,
      members: 1,
      picture: null,
      archivedAt: null,
      joined: true,
      role: "owner",
    });
    expect(await requireRoom(ada, "KÖLN-office")).toEqual(room);
    expect(await requireRoom(ada, room.id)).toEqual(room);
  });

  it("gives each of many of one name, opened at once, an address of its own", async () => {
    const { ada } = await people();
    const rooms = await Promise.all(Array.from({ length: 8 }, () => createRoom(ada, { name: "Twins" })));
    const slugs = rooms.map(({ slug }) => slug).sort();
    expect(slugs).toEqual(["twins", ...[2, 3, 4, 5, 6, 7, 8].map((number) => `twins-${number}`)]);
  });

  it("is refused for a name that says nothing, and beyond the most", async () => {
    const { grace } = await people();
    await expect(createRoom(grace, { name: " " })).rejects.toMatchObject({
      code: "invalid",
      details: { field: "name" },
    });
    setConfig(testConfig({ ROOMS_PER_USER: "1" }));
    await createRoom(grace, { name: "Only one" });
    await expect(createRoom(grace, { name: "Another" })).rejects.toMatchObject({ code: "too_many" });
    setConfig(testConfig());
  });
});

describe("a closed room", () => {
  it("is for an outsider, the owner of the server too, as if it did not exist", async () => {
    const { ada, grace, mary } = await people();
    await shared().prisma.user.update({ where: { id: mary.id }, data: { role: "owner" } });
    const owner: Viewer = { ...mary, role: "owner" };
    const closed = await createRoom(ada, { name: "Secret", kind: "closed" });

    for (const outsider of [grace, owner]) {
      for (const ref of [closed.id, closed.slug]) {
        const attempts = [
          () => requireRoom(outsider, ref),
          () => joinRoom(outsider, ref),
          () => leaveRoom(outsider, ref),
          () => updateRoom(outsider, ref, { name: "Mine" }),
          () => addMember(outsider, ref, outsider.id),
          () => removeMember(outsider, ref, ada.id),
          () => listMembers(outsider, ref),
        ];
        const nothing = await requireRoom(outsider, "no-such-room").catch((error) => error.toPayload());
        for (const attempt of attempts) {
          const refusal = await attempt().then(
            () => "let in",
            (error) => error.toPayload(),
          );
          expect(refusal).toEqual(nothing);
        }
      }
      expect((await browseRooms(outsider, { limit: 200 })).rooms.map(({ id }) => id)).not.toContain(closed.id);
    }
  });

  it("admits whom a member adds", async () => {
    const { ada, grace, mary } = await people();
    const closed = await createRoom(ada, { name: "Members", kind: "closed" });
    expect(await addMember(ada, closed.id, grace.id)).toEqual({
      id: grace.id,
      name: "Grace",
    });
    await addMember(grace, closed.id, mary.id);
    await addMember(grace, closed.id, mary.id);

    expect(await requireRoom(mary, closed.slug)).toMatchObject({ joined: true, role: "member", members: 3 });
  });

  it("keeps its last member, since nobody could return", async () => {
    const { ada } = await people();
    const closed = await createRoom(ada, { name: "Alone", kind: "closed" });
    await expect(leaveRoom(ada, closed.id)).rejects.toMatchObject({ code: "conflict" });
  });
});

describe("joining", () => {
  it("an open room makes a member, once", async () => {
    const { ada, grace } = await people();
    const { id } = await createRoom(ada, { name: "Open" });
    await Promise.all([joinRoom(grace, id), joinRoom(grace, id)]);
    expect(await joinRoom(grace, id)).toMatchObject({ joined: true, role: "member", members: 2 });
    expect(await joinRoom(ada, id)).toMatchObject({ role: "owner" });
  });

  it("an archived room is refused, but not to who is in it", async () => {
    const { ada, grace, mary } = await people();
    const { id } = await createRoom(ada, { name: "Old" });
    await joinRoom(grace, id);
    await updateRoom(ada, id, { archived: true });

    await expect(joinRoom(mary, id)).rejects.toMatchObject({ code: "archived" });
    await expect(addMember(grace, id, mary.id)).rejects.toMatchObject({ code: "archived" });
    expect(await joinRoom(grace, id)).toMatchObject({ joined: true });
  });

  it("by being added takes a member who adds and somebody who exists", async () => {
    const { ada, grace } = await people();
    const { id } = await createRoom(ada, { name: "Guests" });
    await expect(addMember(grace, id, grace.id)).rejects.toMatchObject({ code: "forbidden" });
    await expect(addMember(ada, id, NOBODY)).rejects.toMatchObject({ code: "not_found" });
    await expect(addMember(ada, id, "me")).rejects.toMatchObject({ details: { field: "userId" } });
    const adda = await shared().prisma.user.findFirstOrThrow({ where: { role: "system" } });
    await expect(addMember(ada, id, adda.id)).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("leaving", () => {
  it("ends the membership and says so; leaving again is nothing", async () => {
    const { ada, grace } = await people();
    const { id } = await createRoom(ada, { name: "Door" });
    await joinRoom(grace, id);
    const events = await eventsOf(id, async () => {
      await leaveRoom(grace, id);
      await leaveRoom(grace, id);
    });
    expect(events).toEqual([{ type: "membership-ended", userId: grace.id, reason: "left" }]);
    expect(await requireRoom(grace, id)).toMatchObject({ joined: false, role: null, members: 1 });
  });

  it("as the last owner hands the room to who has been there longest", async () => {
    const { ada, grace, mary } = await people();
    const { id } = await createRoom(ada, { name: "Heirs" });
    await joinRoom(grace, id);
    await joinRoom(mary, id);
    await leaveRoom(ada, id);
    expect(await requireRoom(grace, id)).toMatchObject({ role: "owner" });
    expect(await requireRoom(mary, id)).toMatchObject({ role: "member" });
  });

  it("all at once never leaves members without an owner", async () => {
    const { ada, grace, mary } = await people();
    const { id } = await createRoom(ada, { name: "Exodus" });
    await joinRoom(grace, id);
    await joinRoom(mary, id);
    await Promise.all([leaveRoom(ada, id), leaveRoom(grace, id)]);
    expect((await listMembers(mary, id)).people).toEqual([{ id: mary.id, name: "Mary", role: "owner" }]);
  });

  it("an open room as the last one leaves it for whoever comes", async () => {
    const { ada, grace } = await people();
    const { id } = await createRoom(ada, { name: "Empty" });
    await leaveRoom(ada, id);
    expect(await joinRoom(grace, id)).toMatchObject({ members: 1 });
  });
});

describe("removing somebody", () => {
  it("is an owner's, and ends the membership at once", async () => {
    const { ada, grace, mary } = await people();
    const { id } = await createRoom(ada, { name: "Order" });
    await joinRoom(grace, id);
    await joinRoom(mary, id);

    await expect(removeMember(grace, id, mary.id)).rejects.toMatchObject({ code: "forbidden" });
    await expect(removeMember(ada, id, NOBODY)).rejects.toMatchObject({ code: "not_found" });
    await expect(removeMember(ada, id, "nobody")).rejects.toMatchObject({ code: "not_found" });
    expect(await eventsOf(id, () => removeMember(ada, id, mary.id))).toEqual([
      { type: "membership-ended", userId: mary.id, reason: "removed" },
    ]);
    expect(await requireRoom(mary, id)).toMatchObject({ joined: false });
  });

  it("who is an owner of the room takes the owner of the server", async () => {
    const { ada, grace, mary } = await people();
    const { id } = await createRoom(ada, { name: "Coup" });
    await joinRoom(grace, id);
    await joinRoom(mary, id);
    await shared().prisma.membership.updateMany({ where: { roomId: id, userId: grace.id }, data: { role: "owner" } });
    await expect(removeMember(ada, id, grace.id)).rejects.toMatchObject({ code: "forbidden" });

    const owner: Viewer = { ...mary, role: "owner" };
    await removeMember(owner, id, grace.id);
    await removeMember(owner, id, ada.id);
    expect(await requireRoom(mary, id)).toMatchObject({ role: "owner", members: 1 });
  });

  it("oneself is leaving", async () => {
    const { ada, grace } = await people();
    const { id } = await createRoom(ada, { name: "Self" });
    await joinRoom(grace, id);
    expect(await eventsOf(id, () => removeMember(grace, id, grace.id))).toMatchObject([{ reason: "left" }]);
  });
});

describe("changing a room", () => {
  it("is an owner's; everybody there is told, and the address stays", async () => {
    const { ada, grace } = await people();
    const { id } = await createRoom(ada, { name: "Before", topic: "Old" });
    await joinRoom(grace, id);
    await expect(updateRoom(grace, id, { name: "Mine" })).rejects.toMatchObject({ code: "forbidden" });

    const events = await eventsOf(id, () => updateRoom(ada, id, { name: "After", kind: "closed" }));
    const room = { id, slug: "before", name: "After", topic: "Old", kind: "closed", members: 2, archivedAt: null };
    expect(events).toEqual([{ type: "room", room: { ...room, picture: null, seq: 0 } }]);
    expect(await requireRoom(grace, "before")).toMatchObject({ ...room, role: "member" });
  });

  it("archives it and brings it back", async () => {
    const { ada } = await people();
    const { id } = await createRoom(ada, { name: "Season" });
    const archived = await updateRoom(ada, id, { archived: true });
    expect(archived.archivedAt).toEqual(expect.any(String));
    expect(await updateRoom(ada, id, { archived: true })).toEqual(archived);
    expect((await browseRooms(ada, { limit: 200 })).rooms.find((room) => room.id === id)).toEqual(archived);
    expect(await updateRoom(ada, id, { archived: false })).toMatchObject({ archivedAt: null });
  });

  it("is also the owner of the server's, where they may see it", async () => {
    const { ada, mary } = await people();
    const { id } = await createRoom(ada, { name: "Public" });
    const owner: Viewer = { ...mary, role: "owner" };
    expect(await updateRoom(owner, id, { topic: "Tidied" })).toMatchObject({ topic: "Tidied" });

    const events = await eventsOf(id, () => updateRoom(owner, id, { kind: "closed" }));
    expect(events).toMatchObject([{ type: "room", room: { kind: "closed" } }]);
    await expect(requireRoom(owner, id)).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("the list of members", () => {
  it("comes in pages, oldest first", async () => {
    const { ada, grace, mary } = await people();
    const { id } = await createRoom(ada, { name: "Pages" });
    await joinRoom(grace, id);
    await joinRoom(mary, id);
    const first = await listMembers(mary, id, { limit: 2 });
    expect(first).toMatchObject({ people: [{ name: "Ada", role: "owner" }, { name: "Grace" }], more: true });
    expect(await listMembers(mary, id, { limit: 2, after: grace.id })).toMatchObject({
      people: [{ name: "Mary" }],
      more: false,
    });
    await expect(listMembers(mary, id, { after: "x" })).rejects.toMatchObject({ code: "invalid" });
  });
});

describe("the room that opens first", () => {
  it("is the one visited last that is still there", async () => {
    const { ada } = await people();
    expect(await findLastRoom(ada)).toMatchObject({ slug: "lobby" });
    const room = await createRoom(ada, { name: "Visited" });
    await rememberVisit(ada, room.id);
    expect(await findLastRoom(ada)).toMatchObject({ id: room.id });
    await expect(rememberVisit(ada, "lobby")).rejects.toMatchObject({ code: "not_found" });
    await updateRoom(ada, room.id, { archived: true });
    expect(await findLastRoom(ada)).toMatchObject({ slug: "lobby" });
  });

  it("is none for who is in none", async () => {
    const { ada } = await people();
    await leaveRoom(ada, "lobby");
    expect(await findLastRoom(ada)).toBeNull();
  });
});
