import { describe, expect, it } from "vitest";
import {
  canDeleteRoom,
  canInvite,
  canInviteToServer,
  canJoin,
  canRemove,
  canRevokeInvite,
  canSee,
  canUpdate,
} from "./permissions";
import type { Viewer } from "./viewer";

const member: Viewer = { id: "m", name: "Member", email: "m@x", role: "member", sessionVersion: 1 };
const owner: Viewer = { id: "o", name: "Owner", email: "o@x", role: "owner", sessionVersion: 1 };

const room = { kind: "open", joined: false, role: null, archivedAt: null } as const;
const open = room;
const closed = { ...room, kind: "closed" } as const;
const mine = <Of extends object>(of: Of) => ({ ...of, joined: true, role: "member" }) as const;
const owned = <Of extends object>(of: Of) => ({ ...of, joined: true, role: "owner" }) as const;
const archived = <Of extends object>(of: Of) => ({ ...of, archivedAt: "2026-01-01T00:00:00.000Z" });

describe("a closed room", () => {
  it("is seen by its members alone", () => {
    expect(canSee(open)).toBe(true);
    expect(canSee(closed)).toBe(false);
    expect(canSee(mine(closed))).toBe(true);
  });

  it("is not for the owner of the server to change from outside", () => {
    expect(canUpdate(owner, closed)).toBe(false);
    expect(canUpdate(owner, mine(closed))).toBe(true);
  });

  it("admits nobody who only asks", () => {
    expect(canJoin(closed)).toBe(false);
    expect(canJoin(open)).toBe(true);
  });
});

describe("an archived room", () => {
  it("keeps its members and takes nothing new", () => {
    expect(canJoin(archived(open))).toBe(false);
    expect(canJoin(archived(mine(open)))).toBe(true);
    expect(canInvite(archived(mine(open)))).toBe(false);
  });

  it("is brought back by who archived it", () => {
    expect(canUpdate(member, archived(owned(open)))).toBe(true);
    expect(canUpdate(owner, archived(open))).toBe(true);
  });
});

describe("a member", () => {
  it("invites, and changes nothing", () => {
    expect(canInvite(mine(closed))).toBe(true);
    expect(canUpdate(member, mine(open))).toBe(false);
    expect(canRemove(member, mine(open), { role: "member" })).toBe(false);
  });

  it("is one before any of it", () => {
    expect(canInvite(open)).toBe(false);
  });
});

describe("an owner of a room", () => {
  it("deletes it, and so does the owner of the server where they see it", () => {
    expect(canDeleteRoom(member, owned(closed))).toBe(true);
    expect(canDeleteRoom(member, mine(open))).toBe(false);
    expect(canDeleteRoom(owner, open)).toBe(true);
    expect(canDeleteRoom(owner, closed)).toBe(false);
  });

  it("takes members out, and no other owner", () => {
    expect(canRemove(member, owned(open), { role: "member" })).toBe(true);
    expect(canRemove(member, owned(open), { role: "owner" })).toBe(false);
    expect(canRemove(owner, mine(open), { role: "owner" })).toBe(true);
  });

  it("ends every invite to it", () => {
    const others = { createdById: "somebody" };
    expect(canRevokeInvite(member, others, owned(closed))).toBe(true);
    expect(canRevokeInvite(member, others, mine(closed))).toBe(false);
    expect(canRevokeInvite(member, { createdById: member.id }, null)).toBe(true);
  });
});

describe("an invite to the server", () => {
  it("is the owner's to make and to end", () => {
    expect(canInviteToServer(owner)).toBe(true);
    expect(canInviteToServer(member)).toBe(false);
    expect(canRevokeInvite(owner, { createdById: "somebody" }, null)).toBe(true);
    expect(canRevokeInvite(member, { createdById: "somebody" }, null)).toBe(false);
  });

  it("to a closed room that they are not in is not the owner's to end", () => {
    expect(canRevokeInvite(owner, { createdById: "somebody" }, closed)).toBe(false);
  });
});
