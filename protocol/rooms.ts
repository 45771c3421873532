import type { Room } from "./frames";

/** A room, and what the person who asks is in it. */
export type RoomSummary = Room & { joined: boolean; role: "owner" | "member" | null };

/**
 * Which of the rooms that one may see: public ones, one's own, archived ones, or all of them.
 * Archived rooms are among "archived" and "all" alone.
 */
export const ROOM_FILTERS = ["all", "public", "joined", "archived"] as const;
export type RoomFilter = (typeof ROOM_FILTERS)[number];

/** A page of rooms by name. `next` asks for the page after it; null when there is none. */
export type RoomPage = { rooms: RoomSummary[]; next: string | null };

/** A room as owners of the server see it: that it is there and how large, not what is said in it. */
export type ServerRoom = {
  id: string;
  slug: string;
  name: string;
  kind: "open" | "closed";
  members: number;
  /** The number of the room's last change. */
  seq: number;
  archivedAt: string | null;
};

/** A page of rooms, by name; `next` asks for the page after it, null at the end. */
export type ServerRoomPage = { rooms: readonly ServerRoom[]; next: string | null };
