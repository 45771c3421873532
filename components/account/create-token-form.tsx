"use client";

import { useRef } from "react";
import { createTokenAction } from "@/app/settings/actions";
import { Button } from "@/components/ui/button";
import { CopyField } from "@/components/ui/copy-field";
import { Field } from "@/components/ui/field";
import { FormError } from "@/components/ui/form-error";
import { Input } from "@/components/ui/input";
import { Notice } from "@/components/ui/notice";
import { useForm } from "@/components/ui/use-action";
import { NAME_MAX_LENGTH } from "@/protocol/limits";

/** Makes a token and shows it, this once. */
export function CreateTokenForm() {
  const input = useRef<HTMLInputElement>(null);
  const { formProps, pending, error, value } = useForm(createTokenAction, () => {
    if (input.current) input.current.value = "";
  });
  return (
    <div className="flex flex-col gap-4">
      <form {...formProps} className="flex flex-col gap-2">
        <Field name="name" label="What it is for" error={error}>
          {(control) => (
            <div className="flex gap-2">
              <Input
                {...control}
                ref={input}
                dir="auto"
                maxLength={NAME_MAX_LENGTH}
                autoComplete="off"
                placeholder="Weather bot"
                required
                className="min-w-0 flex-1"
              />
              <Button type="submit" variant="secondary" busy={pending} className="h-10 touch:h-11">
                Make a token
              </Button>
            </div>
          )}
        </Field>
        <FormError error={error} fields={["name"]} />
      </form>
      {value && (
        <div className="flex flex-col gap-3">
          <Notice tone="success">
            Copy <bdi className="font-semibold">{value.name}</bdi> now: a token is shown only this once.
          </Notice>
          <CopyField key={value.id} label="API token" text={value.token} />
        </div>
      )}
    </div>
  );
}
