import type { ClientFrame } from "./client-frames";
import type { ErrorPayload } from "./errors";
import type { MessageFile } from "./files";
import type { LinkPreview } from "./links";

export type { ClientFrame };

/** The WebSocket subprotocol that names this version. A client that offers none is taken to speak it. */
export const SUBPROTOCOL = "adda.v1";

/** A message as everybody sees it, in frames and in REST. Moments are ISO 8601 in UTC. */
export type Message = {
  id: string;
  roomId: string;
  /** The room's number that made this message. */
  seq: number;
  /** The room's number that last changed it; equal to `seq` until it is edited or deleted. */
  rev: number;
  clientId: string;
  /** The text; empty when `deletedAt` is set, and it may be when there are `files`. */
  message: string;
  sender: string;
  senderId: string;
  /** Present when an owner has deactivated the sender's account since. */
  senderDeactivated?: true;
  sentAt: string;
  editedAt: string | null;
  deletedAt: string | null;
  /** What the message carries, in its sender's order; absent when it carries nothing. */
  files?: MessageFile[];
  /** What the page says of itself that the message links to; it comes as a change, once the server has read it. */
  links?: LinkPreview[];
};

export type Room = {
  id: string;
  slug: string;
  name: string;
  topic: string;
  kind: "open" | "closed";
  /** The number of the room's last change. */
  seq: number;
  /** How many members it has. */
  members: number;
  /** The address of its picture, which changes with the picture; null when it has none. */
  picture: string | null;
  archivedAt: string | null;
};

export type Person = { id: string; name: string };

export type Joined = {
  roomId: string;
  slug: string;
  /** The room's last change that this answer and the frames before it cover. */
  seq: number;
  /** How many people are in the room now. */
  count: number;
  /** With `since`: what changed, oldest change first. Without: the latest page, oldest first. */
  messages: Message[];
  /** With `since`: more changed than fits; join again from the last message's `rev`. Without: there is older history. */
  more: boolean;
};

/** Why a socket hears a room no more: its person left, was removed, or the room was deleted. */
export type LeftReason = "left" | "removed" | "deleted";

/** What the server says. */
export type ServerFrame =
  | { type: "joined"; payload: Joined }
  | { type: "left"; payload: { roomId: string; reason: LeftReason } }
  | { type: "chat"; payload: Message }
  | { type: "presence"; payload: { roomId: string; count: number; people: Person[] } }
  | { type: "typing"; payload: { roomId: string; person: Person } }
  | { type: "room"; payload: Room }
  | { type: "head"; payload: { roomId: string; seq: number } }
  | { type: "error"; payload: ErrorPayload }
  | { type: "pong" };

/**
 * Reads one text frame of the server. It trusts the shape: the server is whom we connected to. A frame
 * of a later version comes through as a type that the reader's `switch` does not know.
 * @throws SyntaxError when the text is not JSON.
 */
export function parseServerFrame(text: string): ServerFrame {
  return JSON.parse(text) as ServerFrame;
}

/** The text of a frame, either way. */
export function encodeFrame(frame: ServerFrame | ClientFrame): string {
  return JSON.stringify(frame);
}
