"use client";

import { useCallback } from "react";
import { listMembersAction } from "@/app/rooms/actions";
import { Dialog, DialogContent } from "@/components/ui/dialog";
import { LoadError } from "@/components/ui/load-error";
import { Skeleton } from "@/components/ui/skeleton";
import { useLoad } from "@/components/ui/use-load";
import { AddMemberForm } from "./add-member-form";
import { MemberRow } from "./member-row";
import type { RoomDialogProps } from "./room-dialog";
import type { RoomSummary } from "./room-summary";

export function MembersDialog({ room, open, onOpenChange, returnFocus }: RoomDialogProps) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange}>
      <DialogContent title={<>Members of {room.name}</>} returnFocus={returnFocus}>
        <Members room={room} />
      </DialogContent>
    </Dialog>
  );
}

function Members({ room }: { room: RoomSummary }) {
  const load = useCallback(() => listMembersAction(room.id), [room.id]);
  const { value, error, reload } = useLoad(load);
  return (
    <div className="flex flex-col gap-5">
      {room.joined && !room.archivedAt && <AddMemberForm room={room} onAdded={reload} />}
      {error && <LoadError error={error} onRetry={reload} />}
      {!value && !error && <MembersLoading />}
      {value && (
        <ul aria-label="Members" className="-mx-2 flex flex-col">
          {value.people.map((member) => (
            <MemberRow key={member.id} room={room} member={member} onRemoved={reload} />
          ))}
        </ul>
      )}
      {value?.more && (
        <p className="text-muted-foreground text-sm">
          These are the first {value.people.length} of {room.members}.
        </p>
      )}
    </div>
  );
}

function MembersLoading() {
  return (
    <div role="status" aria-label="Loading members" className="flex flex-col gap-3 py-1">
      {["w-32", "w-44", "w-24"].map((width) => (
        <div key={width} className="flex items-center gap-3">
          <Skeleton className="size-9 rounded-lg" />
          <Skeleton className={`h-4 ${width}`} />
        </div>
      ))}
    </div>
  );
}
