"use client";

import { signUpAction } from "@/app/(auth)/actions";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { FormError } from "@/components/ui/form-error";
import { Input } from "@/components/ui/input";
import { useForm } from "@/components/ui/use-action";
import { useWait } from "@/components/ui/use-wait";
import { NAME_MAX_LENGTH, PASSWORD_MIN_LENGTH } from "@/protocol/limits";
import { PasswordInput } from "./password-input";

const FIELDS = ["name", "email", "password"] as const;

type SignUpFormProps = { next: string; inviteToken?: string; setupToken?: string; deed: string };

export function SignUpForm({ next, inviteToken, setupToken, deed }: SignUpFormProps) {
  const { formProps, pending, error, typed } = useForm(signUpAction);
  const waitS = useWait(error);
  return (
    <form {...formProps} className="flex flex-col gap-4">
      <FormError error={error} fields={FIELDS} />
      <input type="hidden" name="next" value={next} />
      {inviteToken && <input type="hidden" name="invite" value={inviteToken} />}
      {setupToken && <input type="hidden" name="setup" value={setupToken} />}
      <Field name="name" label="Your name" hint="As the others will see it." error={error}>
        {(control) => (
          <Input
            {...control}
            dir="auto"
            defaultValue={typed.name}
            autoComplete="name"
            maxLength={NAME_MAX_LENGTH}
            required
          />
        )}
      </Field>
      <Field
        name="email"
        label="Email address"
        hint="You sign in with it. Only the owners of this server see it."
        error={error}
      >
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
      <Field name="password" label="Password" hint={`At least ${PASSWORD_MIN_LENGTH} characters.`} error={error}>
        {(control) => <PasswordInput {...control} autoComplete="new-password" required />}
      </Field>
      <Button
        type="submit"
        size="lg"
        busy={pending}
        aria-disabled={waitS > 0 || undefined}
        className="mt-2 tabular-nums"
      >
        {waitS > 0 ? `Try again in ${waitS} s` : deed}
      </Button>
    </form>
  );
}
