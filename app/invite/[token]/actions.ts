"use server";

import { redirect } from "next/navigation";
import type { FormAction } from "@/components/ui/action-result";
import { acceptInvite } from "@/server/domain/invites";
import { answer } from "../../answer";
import { textOf } from "../../form-text";
import { requireViewer } from "../../session";

export const acceptInviteAction: FormAction = async (_, form) =>
  answer(async () => {
    const room = await acceptInvite(await requireViewer(), textOf(form, "invite"));
    redirect(room ? `/rooms/${room.slug}` : "/");
  });
