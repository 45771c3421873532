import Link from "next/link";
import { JoinRoomButton } from "@/components/sidebar/join-room-button";
import { RoomFace } from "@/components/sidebar/room-face";
import { Badge } from "@/components/ui/badge";
import type { RoomSummary } from "@/protocol/rooms";

/** A room with what one needs to know before joining. The whole row leads there: a public room can be read first. */
export function RoomRow({ room }: { room: RoomSummary }) {
  return (
    <li className="relative flex items-center gap-3 rounded-lg px-3 py-2.5 hover:bg-accent/60 has-[a:focus-visible]:outline-2 has-[a:focus-visible]:outline-ring">
      <RoomFace room={room} className="size-10 rounded-lg bg-muted text-muted-foreground" iconClassName="size-5" />
      <div className="min-w-0 flex-1">
        <div className="flex min-w-0 items-baseline gap-2">
          <Link
            href={`/rooms/${encodeURIComponent(room.slug)}`}
            prefetch={false}
            dir="auto"
            className="min-w-0 truncate font-semibold outline-none after:absolute after:inset-0 after:content-['']"
          >
            {room.name}
          </Link>
          <span className="shrink-0 text-muted-foreground text-sm tabular-nums">
            {room.members === 1 ? "1 member" : `${room.members.toLocaleString("en")} members`}
          </span>
          {room.kind === "closed" && <span className="sr-only">, private</span>}
        </div>
        {room.topic && (
          <p dir="auto" className="truncate text-muted-foreground text-sm">
            {room.topic}
          </p>
        )}
      </div>
      <div className="relative shrink-0">
        {room.archivedAt ? (
          <Badge>Archived</Badge>
        ) : room.joined ? (
          <Badge tone="primary">Joined</Badge>
        ) : (
          <JoinRoomButton room={room} variant="row" />
        )}
      </div>
    </li>
  );
}
