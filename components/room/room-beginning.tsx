import { Portrait } from "@/components/portrait/portrait";
import { RoomIcon } from "@/components/sidebar/room-icon";
import type { RoomSummary } from "@/components/sidebar/room-summary";

/** What stands before the first message of a room. */
export function RoomBeginning({ room, empty }: { room: RoomSummary; empty: boolean }) {
  return (
    <div className="px-4 pt-10 pb-2 sm:px-6">
      <div className="relative mb-3 inline-grid size-12 place-items-center rounded-lg bg-primary-soft text-primary-soft-foreground">
        <RoomIcon room={room} className="size-6" />
        <Portrait of="room" id={room.id} />
      </div>
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
