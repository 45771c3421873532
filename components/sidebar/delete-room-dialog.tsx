"use client";

import { useRouter } from "next/navigation";
import { type FormEvent, useState } from "react";
import { deleteRoom } from "@/client/rooms-api";
import { Button } from "@/components/ui/button";
import { Dialog, DialogActions, DialogClose, DialogContent } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { FormError } from "@/components/ui/form-error";
import { Input } from "@/components/ui/input";
import { toast } from "@/components/ui/toast";
import { useAction } from "@/components/ui/use-action";
import type { ErrorPayload } from "@/protocol/errors";
import type { RoomDialogProps } from "./room-dialog";
import type { RoomSummary } from "./room-summary";

/** Names what is lost, and takes the room's name for a yes: this cannot be undone. */
export function DeleteRoomDialog({ room, open, onOpenChange, returnFocus }: RoomDialogProps) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange}>
      <DialogContent
        title={<>Delete {room.name}?</>}
        description={
          <>
            All its messages, files, links and invites are deleted for{" "}
            {room.members === 1 ? "its 1 member" : `all ${room.members.toLocaleString("en")} members`}. This can’t be
            undone.
          </>
        }
        returnFocus={returnFocus}
      >
        <DeleteRoomForm room={room} onDone={() => onOpenChange(false)} />
      </DialogContent>
    </Dialog>
  );
}

function DeleteRoomForm({ room, onDone }: { room: RoomSummary; onDone: () => void }) {
  const router = useRouter();
  const [typed, setTyped] = useState("");
  const [wrong, setWrong] = useState<ErrorPayload | null>(null);
  const { run, pending, error } = useAction(deleteRoom, () => {
    onDone();
    toast.success(`${room.name} was deleted.`);
    router.push("/");
    router.refresh();
  });

  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    if (pending) return;
    const matches = typed.trim() === room.name.trim();
    setWrong(matches ? null : { code: "invalid", field: "name", message: `Type “${room.name}” to confirm.` });
    if (matches) run(room.id);
  };

  return (
    <form onSubmit={onSubmit} noValidate className="flex flex-col gap-4">
      <Field
        name="name"
        label={
          <span>
            Type <bdi className="select-all">{room.name}</bdi> to confirm
          </span>
        }
        error={wrong}
      >
        {(control) => (
          <Input
            {...control}
            dir="auto"
            autoComplete="off"
            spellCheck={false}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
        )}
      </Field>
      <FormError error={error} />
      <DialogActions>
        <DialogClose asChild>
          <Button variant="ghost">Cancel</Button>
        </DialogClose>
        <Button type="submit" variant="danger" busy={pending}>
          Delete room
        </Button>
      </DialogActions>
    </form>
  );
}
