"use server";

import { revalidatePath } from "next/cache";
import type { ActionResult, FormAction } from "@/components/ui/action-result";
import { endSessions } from "@/server/domain/sessions";
import { createToken, type NewToken, revokeToken } from "@/server/domain/tokens";
import { changePassword } from "@/server/domain/users";
import { answer } from "../answer";
import { textOf } from "../form-text";
import { requireViewer, signInHere, signOutHere } from "../session";

/** Ends every other session; this browser goes on under a new one. */
export const changePasswordAction: FormAction = async (_, form) =>
  answer(async () => {
    const viewer = await requireViewer();
    await signInHere(await changePassword(viewer, { current: textOf(form, "current"), next: textOf(form, "next") }));
  });

export const createTokenAction: FormAction<NewToken> = async (_, form) =>
  answer(async () => {
    const token = await createToken(await requireViewer(), { name: textOf(form, "name") });
    revalidatePath("/settings");
    return token;
  });

export async function revokeTokenAction(id: string): Promise<ActionResult> {
  return answer(async () => {
    await revokeToken(await requireViewer(), id);
    revalidatePath("/settings");
  });
}

export async function signOutAction(): Promise<ActionResult> {
  return answer(signOutHere);
}

export async function signOutEverywhereAction(): Promise<ActionResult> {
  return answer(async () => {
    await endSessions(await requireViewer());
    await signOutHere();
  });
}
