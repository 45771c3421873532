"use server";

import { redirect } from "next/navigation";
import { acceptInvite } from "@/server/domain/invites";
import { defineForm, text } from "../../define-action";
import { requireViewer } from "../../session";

export const acceptInviteAction = defineForm({ invite: text }, async ({ invite }): Promise<void> => {
  const room = await acceptInvite(await requireViewer(), invite);
  redirect(room ? `/rooms/${room.slug}` : "/");
});
