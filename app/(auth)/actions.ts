"use server";

import { redirect } from "next/navigation";
import { findRoomOfInvite } from "@/server/domain/invites";
import { signIn, signUp } from "@/server/domain/users";
import { defineForm, text } from "../define-action";
import { ownPath } from "../own-path";
import { findOrigin, signInHere } from "../session";

export const signInAction = defineForm(
  { email: text, password: text, next: text },
  async ({ email, password, next }): Promise<void> => {
    await signInHere(await signIn({ email, password, ...(await findOrigin()) }));
    redirect(ownPath(next));
  },
  ["email"],
);

/** Makes the account, signs it in, and leads to the room that it was invited to. */
export const signUpAction = defineForm(
  { name: text, email: text, password: text, invite: text, setup: text, next: text },
  async ({ name, email, password, invite, setup, next }): Promise<void> => {
    const inviteToken = invite || undefined;
    const setupToken = setup || undefined;
    const viewer = await signUp({ name, email, password, inviteToken, setupToken, ...(await findOrigin()) });
    await signInHere(viewer);
    const room = inviteToken ? await findRoomOfInvite(viewer, inviteToken) : null;
    redirect(room ? `/rooms/${room.slug}` : ownPath(next));
  },
  ["name", "email"],
);
