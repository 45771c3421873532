import { Archive, DoorClosed, DoorOpen } from "lucide-react";
import { cn } from "@/components/ui/cn";
import type { RoomSummary } from "./room-summary";

/** An open door, a closed one, or a box for what is put away. */
export function RoomIcon({ room, className }: { room: Pick<RoomSummary, "kind" | "archivedAt">; className?: string }) {
  const Icon = room.archivedAt ? Archive : room.kind === "closed" ? DoorClosed : DoorOpen;
  return <Icon aria-hidden className={cn("size-[1.2em] shrink-0", className)} strokeWidth={1.75} />;
}
