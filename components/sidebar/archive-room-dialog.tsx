"use client";

import { archiveRoomAction } from "@/app/rooms/actions";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import type { RoomDialogProps } from "./room-dialog";

export function ArchiveRoomDialog({ room, ...dialog }: RoomDialogProps) {
  return (
    <ConfirmDialog
      {...dialog}
      title={`Archive ${room.name}?`}
      deed="Archive"
      action={() => archiveRoomAction(room.id, true)}
    >
      Nobody can write in it or join it any more. Everything said stays readable, and you can bring it back.
    </ConfirmDialog>
  );
}
