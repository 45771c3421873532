"use server";

import { revalidatePath } from "next/cache";
import type { ActionResult, FormAction } from "@/components/ui/action-result";
import { deleteMessage } from "@/server/domain/deletion";
import { createInvite, type Invite, listInvites, type NewInvite, revokeInvite } from "@/server/domain/invites";
import { joinRoom, leaveRoom, listMembers, type Member, removeMember } from "@/server/domain/memberships";
import { countMessageBy } from "@/server/domain/request-rates";
import { createRoom, updateRoom } from "@/server/domain/rooms";
import { answer } from "../answer";
import { textOf } from "../form-text";
import { requireViewer } from "../session";

export const createRoomAction: FormAction<{ slug: string }> = async (_, form) =>
  answer(async () => {
    const { slug } = await createRoom(await requireViewer(), readRoom(form));
    showRooms();
    return { slug };
  });

export const updateRoomAction: FormAction = async (_, form) =>
  answer(async () => {
    await updateRoom(await requireViewer(), textOf(form, "room"), readRoom(form));
    showRooms();
  });

export async function archiveRoomAction(room: string, archived: boolean): Promise<ActionResult> {
  return answer(async () => {
    await updateRoom(await requireViewer(), room, { archived });
    showRooms();
  });
}

export async function joinRoomAction(room: string): Promise<ActionResult> {
  return answer(async () => {
    await joinRoom(await requireViewer(), room);
    showRooms();
  });
}

export async function leaveRoomAction(room: string): Promise<ActionResult> {
  return answer(async () => {
    await leaveRoom(await requireViewer(), room);
    showRooms();
  });
}

export async function listMembersAction(room: string): Promise<ActionResult<{ people: Member[]; more: boolean }>> {
  return answer(async () => listMembers(await requireViewer(), room));
}

export async function removeMemberAction(room: string, userId: string): Promise<ActionResult> {
  return answer(async () => {
    await removeMember(await requireViewer(), room, userId);
    showRooms();
  });
}

export async function deleteMessageAction(room: string, message: string): Promise<ActionResult> {
  return answer(async () => {
    const viewer = await requireViewer();
    countMessageBy(viewer);
    await deleteMessage(viewer, room, message);
  });
}

/** Without a room the link lets people sign up, and into the lobby. */
export const createInviteAction: FormAction<NewInvite> = async (_, form) =>
  answer(async () =>
    createInvite(await requireViewer(), {
      room: textOf(form, "room") || undefined,
      expiresInHours: Number(textOf(form, "expiresInHours")),
      maxUses: textOf(form, "maxUses") === "" ? null : Number(textOf(form, "maxUses")),
    }),
  );

export async function listInvitesAction(room?: string): Promise<ActionResult<Invite[]>> {
  return answer(async () => listInvites(await requireViewer(), room));
}

export async function revokeInviteAction(id: string): Promise<ActionResult> {
  return answer(async () => revokeInvite(await requireViewer(), id));
}

/** The sidebar stands on every page of a room: what changed a room or its members shows on all of them. */
function showRooms(): void {
  revalidatePath("/rooms", "layout");
}

function readRoom(form: FormData) {
  return {
    name: textOf(form, "name"),
    topic: textOf(form, "topic"),
    kind: textOf(form, "kind") === "closed" ? ("closed" as const) : ("open" as const),
  };
}
