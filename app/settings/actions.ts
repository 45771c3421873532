"use server";

import { revalidatePath } from "next/cache";
import type { ActionResult, FormAction } from "@/components/ui/action-result";
import { changeAccount } from "@/server/domain/account";
import { requireConfirmed } from "@/server/domain/confirmation";
import { endSessions } from "@/server/domain/sessions";
import { createToken, type NewToken, revokeToken } from "@/server/domain/tokens";
import { changePassword } from "@/server/domain/users";
import { answer } from "../answer";
import { textOf } from "../form-text";
import { confirmSessionHere, requireProof, requireViewer, signInHere, signOutHere } from "../session";

/** Ends every other session; this browser goes on under a new one. */
export const changePasswordAction: FormAction = async (_, form) =>
  answer(async () => {
    const viewer = await changePassword(await requireProof(), {
      currentPassword: textOf(form, "currentPassword"),
      password: textOf(form, "password"),
      revokeTokens: form.has("revokeTokens"),
    });
    await signInHere(viewer);
    revalidatePath("/settings");
  });

export const changeNameAction: FormAction = async (_, form) =>
  answer(async () => {
    await changeAccount(await requireProof(), { name: textOf(form, "name") });
    revalidatePath("/", "layout");
  });

export const changeEmailAction: FormAction = async (_, form) =>
  answer(async () => {
    const changes = { email: textOf(form, "email"), currentPassword: textOf(form, "currentPassword") };
    await changeAccount(await requireProof(), changes);
    revalidatePath("/", "layout");
  });

export const createTokenAction: FormAction<NewToken> = async (_, form) =>
  answer(async () => {
    const proof = await requireProof();
    const currentPassword = textOf(form, "currentPassword");
    await requireConfirmed(proof, currentPassword);
    if (currentPassword) await confirmSessionHere(proof);
    const days = textOf(form, "expiresInDays");
    const expiresInDays = days ? Number(days) : undefined;
    const token = await createToken(proof.viewer, { name: textOf(form, "name"), expiresInDays });
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
