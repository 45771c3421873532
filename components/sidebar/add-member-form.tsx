"use client";

import { useRef } from "react";
import { addMemberAction } from "@/app/rooms/actions";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { FormError } from "@/components/ui/form-error";
import { Input } from "@/components/ui/input";
import { toast } from "@/components/ui/toast";
import { useForm } from "@/components/ui/use-action";
import type { RoomSummary } from "./room-summary";

/** Adds somebody who has an account; who has none gets an invite link instead. */
export function AddMemberForm({ room, onAdded }: { room: RoomSummary; onAdded: () => void }) {
  const input = useRef<HTMLInputElement>(null);
  const { formProps, pending, error } = useForm(addMemberAction, (person) => {
    if (input.current) input.current.value = "";
    toast.success(`${person.name} is in.`);
    onAdded();
  });
  return (
    <form {...formProps} className="flex flex-col gap-2">
      <input type="hidden" name="room" value={room.id} />
      <Field name="email" label="Add somebody by their email address" error={error}>
        {(control) => (
          <div className="flex gap-2">
            <Input
              {...control}
              ref={input}
              type="email"
              required
              autoComplete="off"
              placeholder="grace@example.org"
              className="min-w-0 flex-1"
            />
            <Button type="submit" variant="secondary" busy={pending} className="h-10">
              Add
            </Button>
          </div>
        )}
      </Field>
      <FormError error={error} fields={["email"]} />
    </form>
  );
}
