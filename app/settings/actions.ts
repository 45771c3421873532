"use server";

import { revalidatePath } from "next/cache";
import { z } from "zod";
import { changeAccount } from "@/server/domain/account";
import { requireConfirmed } from "@/server/domain/confirmation";
import { endSessions } from "@/server/domain/sessions";
import { createToken, revokeToken } from "@/server/domain/tokens";
import { changePassword } from "@/server/domain/users";
import { box, defineAction, defineForm, ref, text } from "../define-action";
import { confirmSessionHere, requireProof, requireViewer, signInHere, signOutHere } from "../session";

/** Ends every other session; this browser goes on under a new one. */
export const changePasswordAction = defineForm(
  { currentPassword: text, password: text, revokeTokens: box },
  async (change) => {
    await signInHere(await changePassword(await requireProof(), change));
    revalidatePath("/settings");
  },
);

export const changeNameAction = defineForm({ name: text }, async ({ name }) => {
  await changeAccount(await requireProof(), { name });
  revalidatePath("/", "layout");
});

export const changeEmailAction = defineForm({ email: text, currentPassword: text }, async (changes) => {
  await changeAccount(await requireProof(), changes);
  revalidatePath("/", "layout");
});

export const createTokenAction = defineForm(
  { name: text, expiresInDays: text, currentPassword: text },
  async ({ name, expiresInDays: days, currentPassword }) => {
    const proof = await requireProof();
    await requireConfirmed(proof, currentPassword);
    if (currentPassword) await confirmSessionHere(proof);
    const expiresInDays = days ? Number(days) : undefined;
    const token = await createToken(proof.viewer, { name, expiresInDays });
    revalidatePath("/settings");
    return token;
  },
);

export const revokeTokenAction = defineAction(z.tuple([ref]), async (id) => {
  await revokeToken(await requireViewer(), id);
  revalidatePath("/settings");
});

export const signOutAction = defineAction(z.tuple([]), signOutHere);

export const signOutEverywhereAction = defineAction(z.tuple([]), async () => {
  await endSessions(await requireViewer());
  await signOutHere();
});
