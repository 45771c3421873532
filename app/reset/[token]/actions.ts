"use server";

import { redirect } from "next/navigation";
import type { FormAction } from "@/components/ui/action-result";
import { resetPassword } from "@/server/domain/reset-links";
import { answer } from "../../answer";
import { textOf } from "../../form-text";

export const resetPasswordAction: FormAction = async (_, form) =>
  answer(async () => {
    await resetPassword({
      token: textOf(form, "token"),
      password: textOf(form, "password"),
      revokeTokens: form.has("revokeTokens"),
    });
    redirect("/sign-in?reason=password-changed");
  });
