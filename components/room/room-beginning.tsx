import { RoomFace } from "@/components/sidebar/room-face";
import type { RoomSummary } from "@/components/sidebar/room-summary";

/** What stands before the first message of a room. */
export function RoomBeginning({ room, empty }: { room: RoomSummary; empty: boolean }) {
  return (
    <div className="px-4 pt-10 pb-2 sm:px-6">
      <RoomFace
        room={room}
        className="mb-3 size-12 rounded-lg bg-primary-soft text-primary-soft-foreground"
        iconClassName="size-6"
      />
      <h2 dir="auto" className="text-xl">
        {room.name}
      </h2>
      {room.topic && (
        <p dir="auto" className="mt-1 max-w-[46rem] [overflow-wrap:anywhere]">
          {room.topic}
        </p>
      )}
      <p className="mt-1 max-w-[46rem] text-muted-foreground">
        {empty ? "Nothing has been said here yet. The first word is yours." : "This is where the conversation began."}
      </p>
    </div>
  );
}
