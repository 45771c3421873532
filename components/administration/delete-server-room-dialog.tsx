"use client";

import type { RefObject } from "react";
import { deleteServerRoom } from "@/client/administration-api";
import { Dialog, DialogContent } from "@/components/ui/dialog";
import { toast } from "@/components/ui/toast";
import type { ServerRoom } from "@/protocol/rooms";
import { ConfirmedForm } from "./confirmed-form";

type DeleteServerRoomDialogProps = {
  room: ServerRoom;
  open: boolean;
  onClose: () => void;
  onDeleted: () => void;
  returnFocus: RefObject<HTMLElement | null>;
};

/** Asks before a room is deleted that may be others’. */
export function DeleteServerRoomDialog({ room, open, onClose, onDeleted, returnFocus }: DeleteServerRoomDialogProps) {
  const members = room.members === 1 ? "its 1 member" : `all ${room.members.toLocaleString("en")} members`;
  return (
    <Dialog open={open} onOpenChange={(isOpen) => isOpen || onClose()}>
      <DialogContent
        title={<>Delete {room.name}?</>}
        description={`All its messages, files, links and invites are deleted for ${members}. This can’t be undone.`}
        returnFocus={returnFocus}
      >
        <ConfirmedForm
          button="Delete room"
          danger
          act={(currentPassword) => deleteServerRoom(room.id, currentPassword)}
          onDone={() => {
            toast.success(`${room.name} was deleted.`);
            onClose();
            onDeleted();
          }}
        />
      </DialogContent>
    </Dialog>
  );
}
