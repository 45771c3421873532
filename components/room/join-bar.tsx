import { JoinRoomButton } from "@/components/sidebar/join-room-button";
import type { RoomSummary } from "@/components/sidebar/room-summary";
import type { LeftReason } from "@/protocol/frames";

type JoinBarProps = {
  room: RoomSummary /** Why one who was in the room is not any more. */;
  gone?: Exclude<LeftReason, "deleted"> | null;
};

/** In place of the composer for who looks into an open room from outside. */
export function JoinBar({ room, gone }: JoinBarProps) {
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3 border-t bg-muted/50 px-4 py-3.5 pb-[max(0.875rem,env(safe-area-inset-bottom))] sm:px-6">
      <p role={gone ? "status" : undefined} className="min-w-0">
        {room.archivedAt ? (
          "This room is archived: its history can be read, and nobody can join it."
        ) : (
          <>
            {gone ? SAID[gone] : "You are looking in from outside."}{" "}
            <span className="text-muted-foreground">
              {room.members === 1 ? "1 member" : `${room.members.toLocaleString("en")} members`} inside.
            </span>
          </>
        )}
      </p>
      {!room.archivedAt && <JoinRoomButton room={room} />}
    </div>
  );
}

const SAID = { left: "You have left this room.", removed: "You were taken out of this room." };
