"use client";

import { removeMemberAction } from "@/app/rooms/actions";
import { Avatar } from "@/components/ui/avatar";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { showRefusal } from "@/components/ui/toast";
import { useAction } from "@/components/ui/use-action";
import type { Person } from "@/protocol/frames";
import { managesRoom, type RoomSummary } from "./room-summary";
import { useSidebar } from "./sidebar-provider";

export type Member = Person & { role: "owner" | "member"; deactivated?: true };

type MemberRowProps = { room: RoomSummary; member: Member; onRemoved: () => void };

export function MemberRow({ room, member, onRemoved }: MemberRowProps) {
  const { viewer } = useSidebar();
  const isViewer = member.id === viewer.id;
  const removable = !isViewer && managesRoom(viewer, room) && (member.role === "member" || viewer.role === "owner");
  const remove = useAction(removeMemberAction, onRemoved, showRefusal);

  return (
    <li className="flex min-h-12 items-center gap-3 rounded-md px-2 py-1.5">
      <Avatar id={member.id} name={member.name} />
      <span className="flex min-w-0 flex-1 items-baseline gap-1.5">
        <span dir="auto" className="truncate">
          {member.name}
        </span>
        {isViewer && <span className="shrink-0 text-muted-foreground text-sm">you</span>}
        {member.deactivated && <span className="shrink-0 text-muted-foreground text-sm">deactivated</span>}
      </span>
      {member.role === "owner" && <Badge>Owner</Badge>}
      {removable && (
        <Button variant="quietDanger" size="sm" busy={remove.pending} onClick={() => remove.run(room.id, member.id)}>
          <span>
            Remove<span className="sr-only"> {member.name}</span>
          </span>
        </Button>
      )}
    </li>
  );
}
