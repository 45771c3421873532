"use client";

import { useRef } from "react";
import { createTokenAction } from "@/app/settings/actions";
import { Button } from "@/components/ui/button";
import { CopyField } from "@/components/ui/copy-field";
import { Field } from "@/components/ui/field";
import { FormError } from "@/components/ui/form-error";
import { Input } from "@/components/ui/input";
import { Notice } from "@/components/ui/notice";
import { Select } from "@/components/ui/select";
import { useForm } from "@/components/ui/use-action";
import { NAME_MAX_LENGTH } from "@/protocol/limits";
import { ConfirmPasswordField, CURRENT_PASSWORD } from "./confirm-password-field";

const LIFETIMES = [
  { days: "30", label: "In 30 days" },
  { days: "90", label: "In 90 days" },
  { days: "365", label: "In a year" },
  { days: "", label: "Never" },
];
const DEFAULT_DAYS = "365";
const FIELDS = ["name", "expiresInDays", CURRENT_PASSWORD];

/** Creates a token and shows it, this once. */
export function CreateTokenForm({ mustConfirm }: { mustConfirm: boolean }) {
  const input = useRef<HTMLInputElement>(null);
  const { formProps, pending, error, value } = useForm(createTokenAction, () => {
    if (input.current) input.current.value = "";
  });
  return (
    <div className="flex flex-col gap-4">
      <form {...formProps} className="flex flex-col gap-4">
        <div className="grid gap-4 sm:grid-cols-[minmax(0,1fr)_10rem]">
          <Field name="name" label="Name" error={error}>
            {(control) => (
              <Input
                {...control}
                ref={input}
                dir="auto"
                maxLength={NAME_MAX_LENGTH}
                autoComplete="off"
                placeholder="Weather bot"
                required
              />
            )}
          </Field>
          <Field name="expiresInDays" label="Expires" error={error}>
            {(control) => (
              <Select {...control} defaultValue={DEFAULT_DAYS}>
                {LIFETIMES.map(({ days, label }) => (
                  <option key={days} value={days}>
                    {label}
                  </option>
                ))}
              </Select>
            )}
          </Field>
        </div>
        {/* The page that comes with a new token still has the session from before it. */}
        <ConfirmPasswordField required={mustConfirm && !value} error={error} />
        <FormError error={error} fields={FIELDS} />
        <Button type="submit" variant="secondary" busy={pending} className="self-start">
          Create token
        </Button>
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
