"use client";

import { type FormEvent, useState } from "react";
import type { RestAnswer } from "@/client/rest";
import { ConfirmPasswordField, CURRENT_PASSWORD } from "@/components/account/confirm-password-field";
import { Button } from "@/components/ui/button";
import { DialogActions, DialogClose } from "@/components/ui/dialog";
import { FormError } from "@/components/ui/form-error";
import type { ErrorPayload } from "@/protocol/errors";

type ConfirmedFormProps<Value> = {
  button: string;
  danger?: boolean;
  act(currentPassword: string | undefined): Promise<RestAnswer<Value>>;
  onDone(value: Value): void;
};

/** The yes of a dialog, for a change that may need the password: it is asked for when the server wants it. */
export function ConfirmedForm<Value>({ button, danger, act, onDone }: ConfirmedFormProps<Value>) {
  const [pending, setPending] = useState(false);
  const [error, setError] = useState<ErrorPayload | null>(null);

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const given = new FormData(event.currentTarget).get(CURRENT_PASSWORD);
    setPending(true);
    const answer = await act(typeof given === "string" && given !== "" ? given : undefined);
    setPending(false);
    setError(answer.ok ? null : answer.error);
    if (answer.ok) onDone(answer.value);
  };

  return (
    <form onSubmit={(event) => void submit(event)} noValidate className="grid gap-4">
      <ConfirmPasswordField required={false} error={error} />
      <FormError error={error} fields={[CURRENT_PASSWORD]} />
      <DialogActions>
        <DialogClose asChild>
          <Button variant="ghost">Cancel</Button>
        </DialogClose>
        <Button type="submit" variant={danger ? "danger" : "primary"} busy={pending}>
          {button}
        </Button>
      </DialogActions>
    </form>
  );
}
