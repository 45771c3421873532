import { JoinRoomButton } from "@/components/sidebar/join-room-button";
import type { RoomSummary } from "@/components/sidebar/room-summary";

type JoinBarProps = {
  room: RoomSummary;
  /** Why somebody who was in the room is not any more. */
  gone?: "left" | "removed" | null;
};

/** In place of the composer for somebody who reads a public room from outside. */
export function JoinBar({ room, gone }: JoinBarProps) {
  const canJoin = !room.archivedAt && gone !== "removed";
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3 border-t bg-muted/50 px-4 py-3.5 pb-[max(0.875rem,env(safe-area-inset-bottom))] sm:px-6">
      <p role={gone ? "status" : undefined} className="wrap-anywhere min-w-0">
        {gone === "removed" ? (
          <>
            You were removed from #<bdi>{room.name}</bdi>.{" "}
            <span className="text-muted-foreground">Ask a room owner to add you again.</span>
          </>
        ) : room.archivedAt ? (
          "This room is archived: its history can be read, and nobody can join it."
        ) : (
          <>
            {gone === "left" ? "You left " : "You’re previewing "}#<bdi>{room.name}</bdi>
            <span className="text-muted-foreground">
              {" "}
              · {room.members === 1 ? "1 member" : `${room.members.toLocaleString("en")} members`}
            </span>
          </>
        )}
      </p>
      {canJoin && <JoinRoomButton room={room} />}
    </div>
  );
}
