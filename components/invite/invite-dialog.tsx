"use client";

import { useCallback } from "react";
import { listInvitesAction } from "@/app/rooms/actions";
import type { RoomDialogProps } from "@/components/sidebar/room-dialog";
import { Dialog, DialogContent } from "@/components/ui/dialog";
import { LoadError } from "@/components/ui/load-error";
import { Skeleton } from "@/components/ui/skeleton";
import { useLoad } from "@/components/ui/use-load";
import { InviteForm } from "./invite-form";
import { InviteList } from "./invite-list";

export function InviteDialog({ room, open, onOpenChange, returnFocus }: RoomDialogProps) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange}>
      <DialogContent
        title={<>Invite to {room.name}</>}
        description="Whoever has the link can make an account and join this room. Give it only to those who should."
        returnFocus={returnFocus}
      >
        <RoomInvites roomId={room.id} />
      </DialogContent>
    </Dialog>
  );
}

function RoomInvites({ roomId }: { roomId: string }) {
  const load = useCallback(() => listInvitesAction(roomId), [roomId]);
  const { value, error, reload } = useLoad(load);
  return (
    <div className="flex flex-col gap-6">
      <InviteForm roomId={roomId} onCreated={reload} />
      {error && <LoadError error={error} onRetry={reload} />}
      {!value && !error && <Skeleton className="h-12" />}
      {value && <InviteList invites={value} onRevoked={reload} />}
    </div>
  );
}
