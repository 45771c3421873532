"use client";

import Link, { useLinkStatus } from "next/link";
import { cn } from "@/components/ui/cn";
import { Spinner } from "@/components/ui/spinner";
import { RoomFace } from "./room-face";
import type { RoomSummary } from "./room-summary";

type RoomLinkProps = { room: RoomSummary; current: boolean; className?: string };

export function RoomLink({ room, current, className }: RoomLinkProps) {
  return (
    <Link
      href={`/rooms/${room.slug}`}
      aria-current={current ? "page" : undefined}
      title={room.topic || undefined}
      className={cn(
        "flex h-9 min-w-0 flex-1 items-center gap-2 rounded-md px-2 text-foreground/90 hover:bg-sidebar-accent touch:h-11",
        "aria-[current=page]:bg-sidebar-accent aria-[current=page]:font-semibold aria-[current=page]:text-foreground",
        className,
      )}
    >
      <Door room={room} className={current ? "text-primary" : "text-muted-foreground"} />
      <span dir="auto" className="min-w-0 truncate">
        {room.name}
      </span>
      {room.kind === "closed" && <span className="sr-only">, private</span>}
    </Link>
  );
}

/** Turns while the room takes longer than a blink to open; the room that one is in stays until then. */
function Door({ room, className }: { room: RoomSummary; className: string }) {
  const { pending } = useLinkStatus();
  if (!pending) return <RoomFace room={room} className={className} />;
  return (
    <span className={cn("grid size-6 shrink-0 animate-late-in place-items-center", className)}>
      <Spinner className="size-[1.2em]" />
    </span>
  );
}
