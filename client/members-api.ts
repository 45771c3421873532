import type { Person } from "@/protocol/frames";
import { askRest, type RestAnswer } from "./rest";

/** Somebody who was removed from a room and cannot join it. */
export type RemovedPerson = Person & { removedAt: string; removedBy: string | null };

/** Up to ten people of that name who share a room with me and are not in this one. */
export function findCandidates(roomId: string, query: string): Promise<RestAnswer<{ people: Person[] }>> {
  return askRest("GET", `/api/rooms/${roomId}/candidates?${new URLSearchParams({ query })}`);
}

export function addMember(roomId: string, userId: string): Promise<RestAnswer<Person>> {
  return askRest("PUT", `/api/rooms/${roomId}/members/${userId}`);
}

/** Makes a link for one person, to be sent to their address by hand. */
export function inviteByEmail(
  roomId: string,
  email: string,
): Promise<RestAnswer<{ invite: { url: string; expiresAt: string } }>> {
  return askRest("POST", `/api/rooms/${roomId}/members`, { email });
}

export function listRemoved(roomId: string): Promise<RestAnswer<{ people: RemovedPerson[] }>> {
  return askRest("GET", `/api/rooms/${roomId}/removed`);
}

/** Lets somebody join again who was removed. */
export function allowAgain(roomId: string, userId: string): Promise<RestAnswer> {
  return askRest("DELETE", `/api/rooms/${roomId}/removed/${userId}`);
}

/** Says that I stay in a room that somebody added me to. */
export function stayInRoom(roomId: string): Promise<RestAnswer<unknown>> {
  return askRest("PUT", `/api/rooms/${roomId}/members/me`);
}

export function leaveRoom(roomId: string): Promise<RestAnswer> {
  return askRest("DELETE", `/api/rooms/${roomId}/members/me`);
}
