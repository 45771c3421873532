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
        ? "You can join again at any time."
        : "The room is private: to come back, a member has to add you or send you an invite link."}
    </ConfirmDialog>
  );
}
