import { normalizeBounded } from "@/protocol/bounded-text";
import { SEARCH_MAX_LENGTH } from "@/protocol/limits";
import type { RoomSummary } from "./room-summary";

/** By name: those that begin with what is sought first, then those that contain it; mine before others. */
export function findRooms(rooms: readonly RoomSummary[], sought: string): RoomSummary[] {
  const wanted = fold(sought.trim());
  const rank = (room: RoomSummary) =>
    (room.archivedAt ? 4 : 0) + (room.joined ? 0 : 2) + (fold(room.name).startsWith(wanted) ? 0 : 1);
  return rooms.filter((room) => fold(room.name).includes(wanted)).toSorted((a, b) => rank(a) - rank(b));
}

/** Case and accents do not keep anybody from finding a room. */
function fold(text: string): string {
  return (normalizeBounded(text, SEARCH_MAX_LENGTH, "NFD") ?? text).replace(/\p{M}/gu, "").toLowerCase();
}
