"use client";

import { useCallback } from "react";
import { listMembersAction } from "@/app/rooms/actions";
import { listRemoved, type RemovedPerson } from "@/client/members-api";
import type { RestAnswer } from "@/client/rest";
import { Dialog, DialogContent } from "@/components/ui/dialog";
import { LoadError } from "@/components/ui/load-error";
import { Skeleton } from "@/components/ui/skeleton";
import { useLoad } from "@/components/ui/use-load";
import { AddMemberForm } from "./add-member-form";
import { MemberRow } from "./member-row";
import { RemovedList } from "./removed-list";
import type { RoomDialogProps } from "./room-dialog";
import { managesRoom, type RoomSummary } from "./room-summary";
import { useSidebar } from "./sidebar-provider";

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
  const removed = useRemoved(room);
  const reloadAll = () => {
    void reload();
    void removed.reload();
  };
  return (
    <div className="flex flex-col gap-5">
      {room.joined && !room.archivedAt && <AddMemberForm room={room} onAdded={reloadAll} />}
      {error && <LoadError error={error} onRetry={reload} />}
      {!value && !error && <MembersLoading />}
      {value && (
        <ul aria-label="Members" className="-mx-2 flex flex-col">
          {value.people.map((member) => (
            <MemberRow key={member.id} room={room} member={member} onRemoved={reloadAll} />
          ))}
        </ul>
      )}
      {value?.more && (
        <p className="text-muted-foreground text-sm">
          These are the first {value.people.length} of {room.members}.
        </p>
      )}
      {removed.error && <LoadError error={removed.error} onRetry={removed.reload} />}
      {removed.value && <RemovedList roomId={room.id} people={removed.value.people} onAllowed={removed.reload} />}
    </div>
  );
}

/** Who was removed, for those who may know it; nobody for the others. */
function useRemoved(room: RoomSummary) {
  const { viewer } = useSidebar();
  const manages = managesRoom(viewer, room);
  const load = useCallback(
    async (): Promise<RestAnswer<{ people: RemovedPerson[] }>> =>
      manages ? listRemoved(room.id) : { ok: true, value: { people: [] } },
    [room.id, manages],
  );
  return useLoad(load);
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
