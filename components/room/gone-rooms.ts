import type { RoomSummary } from "@/components/sidebar/room-summary";
import type { LeftReason } from "@/protocol/frames";

/**
 * Private rooms whose membership ended, and rooms that were deleted, while this page was open. The server then says of
 * them what it says of a room that never was; this page still knows what happened.
 */
const gone = new Map<string, { room: RoomSummary; reason: LeftReason }>();

export function rememberGone(room: RoomSummary, reason: LeftReason): void {
  gone.set(room.slug, { room, reason });
}

export function findGone(slug: string): { room: RoomSummary; reason: LeftReason } | null {
  return gone.get(slug) ?? null;
}
