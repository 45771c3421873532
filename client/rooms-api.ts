import { askRest, type RestAnswer } from "./rest";

/** Deletes a room for everybody, with all that is in it. */
export function deleteRoom(roomId: string): Promise<RestAnswer> {
  return askRest("DELETE", `/api/rooms/${roomId}`);
}
