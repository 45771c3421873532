import { Archive, DoorClosed, DoorOpen } from "lucide-react";
import Link from "next/link";
import { cn } from "@/components/ui/cn";
import type { RoomSummary } from "./room-summary";

type RoomLinkProps = { room: RoomSummary; current: boolean; className?: string };

export function RoomLink({ room, current, className }: RoomLinkProps) {
  return (
    <Link
      href={`/rooms/${room.slug}`}
      aria-current={current ? "page" : undefined}
      title={room.topic || undefined}
      className={cn(
        "flex h-9 min-w-0 flex-1 items-center gap-2.5 rounded-md px-2.5 text-foreground/90 hover:bg-sidebar-accent touch:h-11",
        "aria-[current=page]:bg-sidebar-accent aria-[current=page]:font-semibold aria-[current=page]:text-foreground",
        className,
      )}
    >
      <RoomIcon room={room} className={current ? "text-primary" : "text-muted-foreground"} />
      <span dir="auto" className="min-w-0 truncate">
        {room.name}
      </span>
      {room.kind === "closed" && <span className="sr-only">, closed</span>}
    </Link>
  );
}

/** An open door, a closed one, or a box for what is put away. */
export function RoomIcon({ room, className }: { room: Pick<RoomSummary, "kind" | "archivedAt">; className?: string }) {
  const Icon = room.archivedAt ? Archive : room.kind === "closed" ? DoorClosed : DoorOpen;
  return <Icon aria-hidden className={cn("size-[1.2em] shrink-0", className)} strokeWidth={1.75} />;
}
