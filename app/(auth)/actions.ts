"use server";

import { redirect } from "next/navigation";
import type { ActionResult, FormAction } from "@/components/ui/action-result";
import { findRoomOfInvite } from "@/server/domain/invites";
import { signIn, signUp } from "@/server/domain/users";
import { answer } from "../answer";
import { textOf } from "../form-text";
import { ownPath } from "../own-path";
import { findOrigin, signInHere } from "../session";

export const signInAction: FormAction = async (_, form) => {
  const result = await answer(async () => {
    const origin = await findOrigin();
    await signInHere(await signIn({ email: textOf(form, "email"), password: textOf(form, "password"), ...origin }));
    redirect(ownPath(textOf(form, "next")));
  });
  return withTyped(result, form);
};

/** Makes the account, signs it in, and leads to the room that it was invited to. */
export const signUpAction: FormAction = async (_, form) => {
  const result = await answer(async () => {
    const inviteToken = textOf(form, "invite") || undefined;
    const viewer = await signUp({
      name: textOf(form, "name"),
      email: textOf(form, "email"),
      password: textOf(form, "password"),
      inviteToken,
      setupToken: textOf(form, "setup") || undefined,
      ...(await findOrigin()),
    });
    await signInHere(viewer);
    const room = inviteToken ? await findRoomOfInvite(viewer, inviteToken) : null;
    redirect(room ? `/rooms/${room.slug}` : ownPath(textOf(form, "next")));
  });
  return withTyped(result, form);
};

/** All but the password, which is in no answer of ours. */
function withTyped(result: ActionResult, form: FormData): ActionResult {
  return result.ok ? result : { ...result, typed: { name: textOf(form, "name"), email: textOf(form, "email") } };
}
