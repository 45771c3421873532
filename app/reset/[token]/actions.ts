"use server";

import { redirect } from "next/navigation";
import { resetPassword } from "@/server/domain/reset-links";
import { box, defineForm, text } from "../../define-action";

export const resetPasswordAction = defineForm(
  { token: text, password: text, revokeTokens: box },
  async (reset): Promise<void> => {
    await resetPassword(reset);
    redirect("/sign-in?reason=password-changed");
  },
);
