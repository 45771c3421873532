"use client";

import { type FormEvent, type RefObject, useState } from "react";
import { deleteServerRoom } from "@/client/administration-api";
import { ConfirmPasswordField, CURRENT_PASSWORD } from "@/components/account/confirm-password-field";
import { Button } from "@/components/ui/button";
import { Dialog, DialogActions, DialogClose, DialogContent } from "@/components/ui/dialog";
import { FormError } from "@/components/ui/form-error";
import { toast } from "@/components/ui/toast";
import type { ErrorPayload } from "@/protocol/errors";
import type { ServerRoom } from "@/protocol/rooms";

type DeleteServerRoomDialogProps = {
  room: ServerRoom;
  open: boolean;
  onClose: () => void;
  onDeleted: () => void;
  returnFocus: RefObject<HTMLElement | null>;
};

/** Asks before a room is deleted that may be others’, and for the password where that is needed. */
export function DeleteServerRoomDialog({ room, open, onClose, onDeleted, returnFocus }: DeleteServerRoomDialogProps) {
  const members = room.members === 1 ? "its 1 member" : `all ${room.members.toLocaleString("en")} members`;
  return (
    <Dialog open={open} onOpenChange={(isOpen) => isOpen || onClose()}>
      <DialogContent
        title={<>Delete {room.name}?</>}
        description={`All its messages, files, links and invites are deleted for ${members}. This can’t be undone.`}
        returnFocus={returnFocus}
      >
        <Confirmation room={room} onClose={onClose} onDeleted={onDeleted} />
      </DialogContent>
    </Dialog>
  );
}

function Confirmation({
  room,
  onClose,
  onDeleted,
}: Pick<DeleteServerRoomDialogProps, "room" | "onClose" | "onDeleted">) {
  const [pending, setPending] = useState(false);
  const [error, setError] = useState<ErrorPayload | null>(null);

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const given = new FormData(event.currentTarget).get(CURRENT_PASSWORD);
    setPending(true);
    const answer = await deleteServerRoom(room.id, typeof given === "string" && given !== "" ? given : undefined);
    setPending(false);
    setError(answer.ok ? null : answer.error);
    if (!answer.ok) return;
    toast.success(`${room.name} was deleted.`);
    onClose();
    onDeleted();
  };

  return (
    <form onSubmit={(event) => void submit(event)} noValidate className="grid gap-4">
      <ConfirmPasswordField required={false} error={error} />
      <FormError error={error} fields={[CURRENT_PASSWORD]} />
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
