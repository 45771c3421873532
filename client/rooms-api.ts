import type { RoomFilter, RoomPage } from "@/protocol/rooms";
import { askRest, type RestAnswer } from "./rest";

export type RoomsAsked = { query: string; filter: RoomFilter; after?: string; limit?: number };

/** A page of the rooms that one may see, by name. */
export function browseRooms({ query, filter, after, limit }: RoomsAsked): Promise<RestAnswer<RoomPage>> {
  const asked = { query, filter, after, limit: limit?.toString() };
  const given = Object.entries(asked).filter((entry): entry is [string, string] => Boolean(entry[1]));
  return askRest("GET", `/api/rooms?${new URLSearchParams(given)}`);
}

/** Deletes a room for everybody, with all that is in it. */
export function deleteRoom(roomId: string): Promise<RestAnswer> {
  return askRest("DELETE", `/api/rooms/${roomId}`);
}
