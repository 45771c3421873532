"use client";

import { useRef } from "react";
import { changeEmailAction, changeNameAction } from "@/app/settings/actions";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { FormError } from "@/components/ui/form-error";
import { Input } from "@/components/ui/input";
import { toast } from "@/components/ui/toast";
import { useForm } from "@/components/ui/use-action";
import { NAME_MAX_LENGTH } from "@/protocol/limits";
import { CURRENT_PASSWORD } from "./confirm-password-field";
import { PasswordInput } from "./password-input";

export function ChangeNameForm({ name }: { name: string }) {
  const { formProps, pending, error } = useForm(changeNameAction, () => toast.success("Your name is changed."));
  return (
    <form {...formProps} className="flex max-w-sm flex-col gap-4">
      <Field name="name" label="Name" error={error}>
        {(control) => (
          <Input {...control} dir="auto" defaultValue={name} autoComplete="name" maxLength={NAME_MAX_LENGTH} required />
        )}
      </Field>
      <FormError error={error} fields={["name"]} />
      <Button type="submit" variant="secondary" busy={pending} className="self-start">
        Save name
      </Button>
    </form>
  );
}

export function ChangeEmailForm({ email }: { email: string }) {
  const password = useRef<HTMLDivElement>(null);
  const { formProps, pending, error } = useForm(changeEmailAction, () => {
    for (const input of password.current?.querySelectorAll("input") ?? []) input.value = "";
    toast.success("Your e-mail address is changed. Sign in with it from now on.");
  });
  return (
    <form {...formProps} className="flex max-w-sm flex-col gap-4">
      <Field name="email" label="E-mail address" error={error}>
        {(control) => (
          <Input
            {...control}
            type="email"
            defaultValue={email}
            autoComplete="email"
            autoCapitalize="none"
            spellCheck={false}
            required
          />
        )}
      </Field>
      <div ref={password}>
        <Field name={CURRENT_PASSWORD} label="Your password" error={error}>
          {(control) => <PasswordInput {...control} autoComplete="current-password" required />}
        </Field>
      </div>
      <FormError error={error} fields={["email", CURRENT_PASSWORD]} />
      <Button type="submit" variant="secondary" busy={pending} className="self-start">
        Save e-mail address
      </Button>
    </form>
  );
}
