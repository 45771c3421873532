import type { GoneReason } from "@/client/room-state";
import type { RoomSummary } from "@/components/sidebar/room-summary";

/**
 * Private rooms whose membership ended, and rooms that were deleted, while this page was open. The server then says of
 * them what it says of a room that never was; this page still knows what happened.
 */
const gone = new Map<string, { room: RoomSummary; reason: GoneReason }>();

export function rememberGone(room: RoomSummary, reason: GoneReason): void {
  gone.set(room.slug, { room, reason });
}

export function findGone(slug: string): { room: RoomSummary; reason: GoneReason } | null {
  return gone.get(slug) ?? null;
}
