"use client";

import { createInviteAction } from "@/app/rooms/actions";
import { Button } from "@/components/ui/button";
import { CopyField } from "@/components/ui/copy-field";
import { Field } from "@/components/ui/field";
import { FormError } from "@/components/ui/form-error";
import { Input } from "@/components/ui/input";
import { Notice } from "@/components/ui/notice";
import { Select } from "@/components/ui/select";
import { useForm } from "@/components/ui/use-action";
import { INVITE_MAX_USES } from "@/protocol/limits";

const LIFETIMES = [
  { hours: 24, label: "One day" },
  { hours: 7 * 24, label: "One week" },
  { hours: 30 * 24, label: "30 days" },
];
const DEFAULT_HOURS = 7 * 24;

/** Creates a link. Without a room it lets people sign up. */
export function InviteForm({ roomId, onCreated }: { roomId?: string; onCreated?: () => void }) {
  const { formProps, pending, error, value } = useForm(createInviteAction, onCreated);
  return (
    <div className="flex flex-col gap-4">
      <form {...formProps} className="flex flex-col gap-4">
        {roomId && <input type="hidden" name="room" value={roomId} />}
        <div className="grid grid-cols-2 gap-3">
          <Field name="expiresInHours" label="Expires after" error={error}>
            {(control) => (
              <Select {...control} defaultValue={DEFAULT_HOURS}>
                {LIFETIMES.map(({ hours, label }) => (
                  <option key={hours} value={hours}>
                    {label}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          <Field name="maxUses" label="Max uses" error={error}>
            {(control) => (
              <Input
                {...control}
                type="number"
                inputMode="numeric"
                min={1}
                max={INVITE_MAX_USES}
                placeholder="No limit"
              />
            )}
          </Field>
        </div>
        <FormError error={error} fields={["expiresInHours", "maxUses"]} />
        <Button type="submit" busy={pending} className="self-start">
          Create link
        </Button>
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
