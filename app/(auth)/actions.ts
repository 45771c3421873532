"use server";

import { redirect } from "next/navigation";
import type { FormAction } from "@/components/ui/action-result";
import { acceptInvite } from "@/server/domain/invites";
import { signIn, signUp } from "@/server/domain/users";
import { answer } from "../answer";
import { textOf } from "../form-text";
import { ownPath } from "../own-path";
import { findAddress, signInHere } from "../session";

export const signInAction: FormAction = async (_, form) =>
  answer(async () => {
    const address = await findAddress();
    await signInHere(await signIn({ email: textOf(form, "email"), password: textOf(form, "password"), address }));
    redirect(ownPath(textOf(form, "next")));
  });

/** Makes the account, signs it in, and leads to the room that it was invited to. */
export const signUpAction: FormAction = async (_, form) =>
  answer(async () => {
    const inviteToken = textOf(form, "invite") || undefined;
    const viewer = await signUp({
      name: textOf(form, "name"),
      email: textOf(form, "email"),
      password: textOf(form, "password"),
      inviteToken,
      address: await findAddress(),
    });
    await signInHere(viewer);
    const room = inviteToken ? await acceptInvite(viewer, inviteToken) : null;
    redirect(room ? `/rooms/${room.slug}` : ownPath(textOf(form, "next")));
  });
