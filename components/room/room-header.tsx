import { RoomFace } from "@/components/sidebar/room-face";
import { RoomMenu } from "@/components/sidebar/room-menu";
import type { RoomSummary } from "@/components/sidebar/room-summary";
import { SidebarTrigger } from "@/components/sidebar/sidebar-trigger";
import { Badge } from "@/components/ui/badge";
import { cn } from "@/components/ui/cn";
import type { Person } from "@/protocol/frames";
import { PeopleHere } from "./people-here";

/** Who is in the room now; null where one looks in from outside and is not told. */
export type Presence = { count: number; people: readonly Person[]; meId: string } | null;

/** The room's name and topic, who is here, and what can be done. */
export function RoomHeader({ room, presence }: { room: RoomSummary; presence: Presence }) {
  return (
    <header className="box-content flex h-14 shrink-0 items-center gap-2 border-b px-2 pt-[env(safe-area-inset-top)] md:ps-6 md:pe-3">
      <SidebarTrigger />
      <div className="flex min-w-0 flex-1 items-center gap-2.5">
        <RoomFace room={room} className={cn("size-7 text-muted-foreground", !room.picture && "max-md:hidden")} />
        <div className="min-w-0 flex-1 md:flex md:items-baseline md:gap-3">
          <h1 dir="auto" className="max-w-full shrink-0 truncate font-semibold text-base md:max-w-[60%] md:text-lg">
            {room.name}
          </h1>
          {room.topic && (
            <p dir="auto" title={room.topic} className="truncate text-muted-foreground text-sm max-md:text-xs">
              {room.topic}
            </p>
          )}
        </div>
        <span className="sr-only">{room.kind === "closed" ? "Private room" : "Public room"}</span>
        {room.archivedAt && <Badge className="max-sm:hidden">Archived</Badge>}
      </div>
      {presence && <PeopleHere {...presence} />}
      <RoomMenu room={room} />
    </header>
  );
}
