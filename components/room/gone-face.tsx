import { DoorClosed } from "lucide-react";
import Link from "next/link";
import { JoinRoomButton } from "@/components/sidebar/join-room-button";
import type { RoomSummary } from "@/components/sidebar/room-summary";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";

type GoneFaceProps = { room: RoomSummary; reason: "left" | "removed" };

/** In place of a room that one was in a moment ago. */
export function GoneFace({ room, reason }: GoneFaceProps) {
  return (
    <div className="grid flex-1 place-items-center pb-[12vh]">
      <EmptyState
        icon={<DoorClosed />}
        title={<h2>{reason === "left" ? "You have left this room" : "You are no longer in this room"}</h2>}
        actions={
          <>
            <Button asChild variant="secondary">
              <Link href="/">Go to your rooms</Link>
            </Button>
            {room.kind === "open" && !room.archivedAt && <JoinRoomButton room={room} />}
          </>
        }
      >
        {room.kind === "open"
          ? "It is an open room: you can join it again."
          : "It is a closed room: somebody inside can add you, or send you an invite link."}
      </EmptyState>
    </div>
  );
}
