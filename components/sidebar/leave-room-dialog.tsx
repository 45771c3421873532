"use client";

import { useRouter } from "next/navigation";
import { leaveRoomAction } from "@/app/rooms/actions";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import type { RoomDialogProps } from "./room-dialog";

export function LeaveRoomDialog({ room, ...dialog }: RoomDialogProps) {
  const router = useRouter();
  return (
    <ConfirmDialog
      {...dialog}
      title={`Leave ${room.name}?`}
      deed="Leave"
      danger
      action={() => leaveRoomAction(room.id)}
      onDone={() => router.push("/")}
    >
      {room.kind === "open"
        ? "You can join again whenever you like."
        : "The room is closed: to come back you need somebody inside to let you in."}
    </ConfirmDialog>
  );
}
