"use client";

import { useRef } from "react";
import { changePasswordAction } from "@/app/settings/actions";
import { Button } from "@/components/ui/button";
import { Checkbox } from "@/components/ui/checkbox";
import { Field } from "@/components/ui/field";
import { FormError } from "@/components/ui/form-error";
import { toast } from "@/components/ui/toast";
import { useForm } from "@/components/ui/use-action";
import { PASSWORD_MIN_LENGTH } from "@/protocol/limits";
import { CURRENT_PASSWORD } from "./confirm-password-field";
import { PasswordInput } from "./password-input";

const FIELDS = [CURRENT_PASSWORD, "password"] as const;

export function ChangePasswordForm({ email, tokens }: { email: string; tokens: number }) {
  const fields = useRef<HTMLDivElement>(null);
  const { formProps, pending, error } = useForm(changePasswordAction, () => {
    for (const input of fields.current?.querySelectorAll("input") ?? []) input.value = "";
    toast.success("Your password is changed. Every other session was signed out.");
  });
  return (
    <form {...formProps} className="flex max-w-sm flex-col gap-4">
      {/* A password manager learns from it which account it is about. */}
      <input type="text" name="username" autoComplete="username" defaultValue={email} readOnly hidden />
      <div ref={fields} className="flex flex-col gap-4">
        <Field name={CURRENT_PASSWORD} label="Current password" error={error}>
          {(control) => <PasswordInput {...control} autoComplete="current-password" required />}
        </Field>
        <Field name="password" label="New password" hint={`At least ${PASSWORD_MIN_LENGTH} characters.`} error={error}>
          {(control) => <PasswordInput {...control} autoComplete="new-password" required />}
        </Field>
      </div>
      {tokens > 0 ? (
        <Checkbox name="revokeTokens" defaultChecked>
          {tokens === 1 ? "Also revoke 1 API token" : `Also revoke ${tokens} API tokens`}
        </Checkbox>
      ) : (
        <input type="hidden" name="revokeTokens" value="on" />
      )}
      <FormError error={error} fields={FIELDS} />
      <Button type="submit" variant="secondary" busy={pending} className="self-start">
        Change the password
      </Button>
    </form>
  );
}
