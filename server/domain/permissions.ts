import type { RoomSummary } from "./room-summary";
import type { Viewer } from "./viewer";

type Seen = Pick<RoomSummary, "kind" | "joined" | "role" | "archivedAt">;

/** Also the owner of the server does not see a closed room that they are not in. */
export function canSee(room: Pick<Seen, "kind" | "joined">): boolean {
  return room.kind === "open" || room.joined;
}

export function canJoin(room: Seen): boolean {
  return room.joined || (room.kind === "open" && !isArchived(room));
}

/** Rename it, change its topic or kind, archive it and bring it back. */
export function canUpdate(viewer: Viewer, room: Seen): boolean {
  return room.role === "owner" || (viewer.role === "owner" && canSee(room));
}

/** For everybody, with all that is in it. */
export function canDeleteRoom(viewer: Viewer, room: Seen): boolean {
  return canUpdate(viewer, room);
}

/** Add somebody, or make a link that admits somebody. */
export function canInvite(room: Seen): boolean {
  return room.joined && !isArchived(room);
}

/** Take somebody else out. An owner of the room is taken out by the owner of the server alone. */
export function canRemove(viewer: Viewer, room: Seen, member: { role: "owner" | "member" }): boolean {
  return canUpdate(viewer, room) && (member.role === "member" || viewer.role === "owner");
}

/** A message is its sender's to delete, and of those who look after the room. */
export function canDelete(viewer: Viewer, room: Seen, message: { senderId: string }): boolean {
  return message.senderId === viewer.id || canUpdate(viewer, room);
}

/** A link that lets people sign up without admitting to a room. */
export function canInviteToServer(viewer: Viewer): boolean {
  return viewer.role === "owner";
}

/** See and manage everybody's account. */
export function canAdminister(viewer: Viewer): boolean {
  return viewer.role === "owner";
}

/** `room` is null when the link admits to no room, or to one that the viewer may not see. */
export function canRevokeInvite(viewer: Viewer, invite: { createdById: string }, room: Seen | null): boolean {
  return invite.createdById === viewer.id || (room ? canUpdate(viewer, room) : viewer.role === "owner");
}

function isArchived(room: Pick<Seen, "archivedAt">): boolean {
  return room.archivedAt !== null;
}
