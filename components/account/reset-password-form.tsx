"use client";

import { resetPasswordAction } from "@/app/reset/[token]/actions";
import { Button } from "@/components/ui/button";
import { Checkbox } from "@/components/ui/checkbox";
import { Field } from "@/components/ui/field";
import { FormError } from "@/components/ui/form-error";
import { useForm } from "@/components/ui/use-action";
import { PASSWORD_MIN_LENGTH } from "@/protocol/limits";
import { PasswordInput } from "./password-input";

export function ResetPasswordForm({ token }: { token: string }) {
  const { formProps, pending, error } = useForm(resetPasswordAction);
  return (
    <form {...formProps} className="flex flex-col gap-4">
      <FormError error={error} fields={["password"]} />
      <input type="hidden" name="token" value={token} />
      <Field name="password" label="New password" hint={`At least ${PASSWORD_MIN_LENGTH} characters.`} error={error}>
        {(control) => <PasswordInput {...control} autoComplete="new-password" required />}
      </Field>
      <Checkbox name="revokeTokens" defaultChecked>
        Also revoke my API tokens
      </Checkbox>
      <Button type="submit" size="lg" busy={pending} className="mt-2">
        Save the new password
      </Button>
    </form>
  );
}
