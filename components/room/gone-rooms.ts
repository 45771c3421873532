import type { RoomSummary } from "@/components/sidebar/room-summary";

/**
 * Closed rooms whose membership ended while this page was open. The server then says of them what it says
 * of a room that never was; here one may still read what happened.
 */
const gone = new Map<string, { room: RoomSummary; reason: "left" | "removed" }>();

export function rememberGone(room: RoomSummary, reason: "left" | "removed"): void {
  gone.set(room.slug, { room, reason });
}

export function findGone(slug: string): { room: RoomSummary; reason: "left" | "removed" } | null {
  return gone.get(slug) ?? null;
}
