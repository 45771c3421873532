"use client";

import { DoorClosed, DoorOpen } from "lucide-react";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { RadioCards } from "@/components/ui/radio-cards";
import type { ErrorPayload } from "@/protocol/errors";
import type { Room } from "@/protocol/frames";
import { ROOM_NAME_MAX_LENGTH, ROOM_TOPIC_MAX_LENGTH } from "@/protocol/limits";

/** The fields that `RoomFields` shows refusals for. */
export const ROOM_FIELDS = ["name", "topic"] as const;

const KINDS = [
  {
    value: "open",
    label: "Public",
    hint: "Everybody on this server sees it, may read it and may join.",
    icon: <DoorOpen aria-hidden />,
  },
  {
    value: "closed",
    label: "Private",
    hint: "Only its members see it. People come in by an invite link or when a member adds them.",
    icon: <DoorClosed aria-hidden />,
  },
] as const;

type RoomFieldsProps = { room?: Pick<Room, "name" | "topic" | "kind">; error: ErrorPayload | null };

/** What a room is: the same fields when it is made and when it is changed. */
export function RoomFields({ room, error }: RoomFieldsProps) {
  return (
    <div className="flex flex-col gap-4">
      <Field name="name" label="Name" error={error}>
        {(control) => (
          <Input
            {...control}
            dir="auto"
            required
            maxLength={ROOM_NAME_MAX_LENGTH}
            defaultValue={room?.name}
            autoComplete="off"
            placeholder="Book club"
          />
        )}
      </Field>
      <Field name="topic" label="Topic" optional error={error}>
        {(control) => (
          <Input
            {...control}
            dir="auto"
            maxLength={ROOM_TOPIC_MAX_LENGTH}
            defaultValue={room?.topic}
            autoComplete="off"
            placeholder="What people talk about here"
          />
        )}
      </Field>
      <RadioCards name="kind" legend="Visibility" defaultValue={room?.kind ?? "open"} choices={KINDS} />
    </div>
  );
}
