"use client";

import { createInviteAction } from "@/app/rooms/actions";
import { Button } from "@/components/ui/button";
import { CopyField } from "@/components/ui/copy-field";
import { Field } from "@/components/ui/field";
import { FormError } from "@/components/ui/form-error";
import { Notice } from "@/components/ui/notice";
import { Select } from "@/components/ui/select";
import { useForm } from "@/components/ui/use-action";

const LIFETIMES = [
  { hours: 24, label: "One day" },
  { hours: 7 * 24, label: "One week" },
  { hours: 30 * 24, label: "30 days" },
];
const DEFAULT_HOURS = 7 * 24;

/** Makes a link. Without a room it lets people sign up. */
export function InviteForm({ roomId, onCreated }: { roomId?: string; onCreated?: () => void }) {
  const { formProps, pending, error, value } = useForm(createInviteAction, onCreated);
  return (
    <div className="flex flex-col gap-4">
      <form {...formProps} className="flex flex-col gap-4">
        {roomId && <input type="hidden" name="room" value={roomId} />}
        <Field name="expiresInHours" label="Good for" error={error}>
          {(control) => (
            <div className="flex gap-2">
              <Select {...control} defaultValue={DEFAULT_HOURS} className="flex-1">
                {LIFETIMES.map(({ hours, label }) => (
                  <option key={hours} value={hours}>
                    {label}
                  </option>
                ))}
              </Select>
              <Button type="submit" busy={pending} className="h-10 touch:h-11">
                Make a link
              </Button>
            </div>
          )}
        </Field>
        <FormError error={error} fields={["expiresInHours"]} />
      </form>
      {value && (
        <div className="flex flex-col gap-3">
          <Notice tone="success">Copy the link now: it is shown only this once.</Notice>
          <CopyField key={value.id} label="Invite link" text={value.url} />
        </div>
      )}
    </div>
  );
}
