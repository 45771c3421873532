import type { Room } from "@/protocol/frames";
import { LOBBY_SLUG } from "@/protocol/limits";
import type { RoomSummary } from "@/protocol/rooms";

export type { RoomSummary };

export type SignedIn = { id: string; name: string; email: string; role: "owner" | "member" };

/** The first room of everybody who signs up; nobody can delete it. */
export function isLobby(room: Pick<Room, "slug">): boolean {
  return room.slug === LOBBY_SLUG;
}

/** Whether to offer renaming, archiving and removing; the server decides again when it is asked. */
export function managesRoom(viewer: SignedIn, room: RoomSummary): boolean {
  return room.role === "owner" || viewer.role === "owner";
}
