"use server";

import { revalidatePath } from "next/cache";
import { z } from "zod";
import { deleteMessage } from "@/server/domain/deletion";
import { createInvite, listInvites, revokeInvite } from "@/server/domain/invites";
import { joinRoom, leaveRoom, listMembers, removeMember } from "@/server/domain/memberships";
import { countMessageBy } from "@/server/domain/request-rates";
import { createRoom, updateRoom } from "@/server/domain/rooms";
import { defineAction, defineForm, ref, text } from "../define-action";
import { requireViewer } from "../session";

export const createRoomAction = defineForm({ name: text, topic: text, kind: text }, async (fields) => {
  const { slug } = await createRoom(await requireViewer(), roomOf(fields));
  showRooms();
  return { slug };
});

export const updateRoomAction = defineForm({ room: ref, name: text, topic: text, kind: text }, async (fields) => {
  await updateRoom(await requireViewer(), fields.room, roomOf(fields));
  showRooms();
});

export const archiveRoomAction = defineAction(z.tuple([ref, z.boolean()]), async (room, archived) => {
  await updateRoom(await requireViewer(), room, { archived });
  showRooms();
});

export const joinRoomAction = defineAction(z.tuple([ref]), async (room) => {
  await joinRoom(await requireViewer(), room);
  showRooms();
});

export const leaveRoomAction = defineAction(z.tuple([ref]), async (room) => {
  await leaveRoom(await requireViewer(), room);
  showRooms();
});

export const listMembersAction = defineAction(z.tuple([ref]), async (room) => listMembers(await requireViewer(), room));

export const removeMemberAction = defineAction(z.tuple([ref, ref]), async (room, userId) => {
  await removeMember(await requireViewer(), room, userId);
  showRooms();
});

export const deleteMessageAction = defineAction(z.tuple([ref, ref]), async (room, message) => {
  const viewer = await requireViewer();
  countMessageBy(viewer);
  await deleteMessage(viewer, room, message);
});

/** Without a room the link lets people sign up, and into the lobby. */
export const createInviteAction = defineForm(
  { room: text, expiresInHours: text, maxUses: text },
  async ({ room, expiresInHours, maxUses }) =>
    createInvite(await requireViewer(), {
      room: room || undefined,
      expiresInHours: Number(expiresInHours),
      maxUses: maxUses === "" ? null : Number(maxUses),
    }),
);

export const listInvitesAction = defineAction(z.tuple([ref.optional()]), async (room) =>
  listInvites(await requireViewer(), room),
);

export const revokeInviteAction = defineAction(z.tuple([ref]), async (id) => revokeInvite(await requireViewer(), id));

/** The sidebar stands on every page of a room: what changed a room or its members shows on all of them. */
function showRooms(): void {
  revalidatePath("/rooms", "layout");
}

function roomOf({ name, topic, kind }: { name: string; topic: string; kind: string }) {
  return { name, topic, kind: kind === "closed" ? ("closed" as const) : ("open" as const) };
}
