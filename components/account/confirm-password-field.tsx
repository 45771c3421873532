"use client";

import { Field } from "@/components/ui/field";
import type { ErrorPayload } from "@/protocol/errors";
import { PasswordInput } from "./password-input";

/** The name of the field, in the form and in a refusal. */
export const CURRENT_PASSWORD = "currentPassword";

type ConfirmPasswordFieldProps = {
  /** True when the page knows already that the session has to be confirmed. */
  required: boolean;
  error: ErrorPayload | null;
};

/** Asks for the password when the session is too old for a change that outlives it. */
export function ConfirmPasswordField({ required, error }: ConfirmPasswordFieldProps) {
  if (!required && error?.field !== CURRENT_PASSWORD) return null;
  return (
    <Field
      name={CURRENT_PASSWORD}
      label="Your password"
      hint="You signed in more than 10 minutes ago: confirm that it is you."
      error={error}
    >
      {(control) => <PasswordInput {...control} autoComplete="current-password" required />}
    </Field>
  );
}
