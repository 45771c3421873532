"use client";

import { signInAction } from "@/app/(auth)/actions";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { FormError } from "@/components/ui/form-error";
import { Input } from "@/components/ui/input";
import { useForm } from "@/components/ui/use-action";
import { useWait } from "@/components/ui/use-wait";
import { PasswordInput } from "./password-input";

const FIELDS = ["email", "password"] as const;

export function SignInForm({ next }: { next: string }) {
  const { formProps, pending, error, typed } = useForm(signInAction);
  const waitS = useWait(error);
  return (
    <form {...formProps} className="flex flex-col gap-4">
      <FormError error={error} fields={FIELDS} />
      <input type="hidden" name="next" value={next} />
      <Field name="email" label="Email address" error={error}>
        {(control) => (
          <Input
            {...control}
            type="email"
            defaultValue={typed.email}
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            required
          />
        )}
      </Field>
      <Field name="password" label="Password" error={error}>
        {(control) => <PasswordInput {...control} autoComplete="current-password" required />}
      </Field>
      <Button
        type="submit"
        size="lg"
        busy={pending}
        aria-disabled={waitS > 0 || undefined}
        className="mt-2 tabular-nums"
      >
        {waitS > 0 ? `Try again in ${waitS} s` : "Sign in"}
      </Button>
    </form>
  );
}
