import { z } from "zod";
import type { ErrorPayload } from "./errors";
import { CLIENT_ID_MAX_LENGTH, FRAME_MAX_DEPTH, MESSAGE_MAX_LENGTH, SEQ_MAX } from "./limits";

// zod compiles its parsers with `new Function`, which the page's Content-Security-Policy forbids.
if (typeof document !== "undefined") z.config({ jitless: true });

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
  /** The text; empty when `deletedAt` is set. */
  message: string;
  sender: string;
  senderId: string;
  sentAt: string;
  editedAt: string | null;
  deletedAt: string | null;
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
  archivedAt: string | null;
};

export type Person = { id: string; name: string };

const roomRef = z
  .string({ error: "roomId must be a string: a room's slug or id." })
  .min(1, "roomId is empty: give a room's slug or id.")
  .max(120, "roomId is longer than any room's slug or id.");

const clientId = z
  .string({ error: "clientId must be a string." })
  .regex(
    new RegExp(`^[\\w-]{1,${CLIENT_ID_MAX_LENGTH}}$`),
    `clientId must be 1 to ${CLIENT_ID_MAX_LENGTH} letters, digits, "_" or "-".`,
  );

/** A message's text: not blank, within the limit, without NUL (PostgreSQL cannot store it). */
export const messageText = z
  .string({ error: "message must be a string." })
  .max(MESSAGE_MAX_LENGTH, `message is longer than ${MESSAGE_MAX_LENGTH} characters: shorten or split it.`)
  .refine((text) => text.trim() !== "", "message is empty.")
  .refine((text) => !text.includes("\0"), "message has a NUL character: remove it.")
  .transform((text) => text.toWellFormed());

/** What `POST /api/rooms/:room/messages` takes; `chat` takes the same and a `roomId`. */
export const newMessage = z.object({ message: messageText, clientId: clientId.optional() });

const clientFrame = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("join"),
    payload: z.object({
      roomId: roomRef,
      since: z
        .int("since must be a whole number: the last seq you have.")
        .min(0, "since is negative.")
        .max(SEQ_MAX, "since is larger than any seq.")
        .optional(),
    }),
  }),
  z.object({ type: z.literal("leave"), payload: z.object({ roomId: roomRef }) }),
  z.object({ type: z.literal("chat"), payload: newMessage.extend({ roomId: roomRef.optional() }) }),
  z.object({ type: z.literal("typing"), payload: z.object({ roomId: roomRef.optional() }).default({}) }),
  z.object({ type: z.literal("ping") }),
]);

/** What a client may say. */
export type ClientFrame = z.infer<typeof clientFrame>;

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

/** What the server says. */
export type ServerFrame =
  | { type: "joined"; payload: Joined }
  | { type: "left"; payload: { roomId: string; reason: "left" | "removed" } }
  | { type: "chat"; payload: Message }
  | { type: "presence"; payload: { roomId: string; count: number; people: Person[] } }
  | { type: "typing"; payload: { roomId: string; person: Person } }
  | { type: "room"; payload: Room }
  | { type: "head"; payload: { roomId: string; seq: number } }
  | { type: "error"; payload: ErrorPayload }
  | { type: "pong" };

export type ParsedFrame = { ok: true; frame: ClientFrame } | { ok: false; error: ErrorPayload };

/** Reads one text frame of a client. Never throws: whatever the text, it answers with a frame or a refusal. */
export function parseClientFrame(text: string): ParsedFrame {
  let json: unknown;
  if (deeperThan(text, FRAME_MAX_DEPTH)) return malformed(`The frame is nested deeper than ${FRAME_MAX_DEPTH} levels.`);
  try {
    json = JSON.parse(text);
  } catch {
    return malformed('The frame is not JSON. Send {"type":"…","payload":{…}}.');
  }
  const parsed = clientFrame.safeParse(json);
  return parsed.success ? { ok: true, frame: parsed.data } : { ok: false, error: explain(json, parsed.error) };
}

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

function explain(json: unknown, error: z.ZodError): ErrorPayload {
  const issue = error.issues[0];
  const path = issue?.path.map(String) ?? [];
  if (path[0] !== "payload" || path.length < 2) {
    return malformed(
      issue?.code === "invalid_union"
        ? "type must be one of join, leave, chat, typing, ping."
        : 'A frame is an object {"type":"…","payload":{…}}.',
    ).error;
  }
  const sent = payloadOf(json);
  return {
    code: "invalid",
    message: issue?.message ?? "The frame is not valid.",
    field: path.slice(1).join("."),
    ...(typeof sent.clientId === "string" && { clientId: sent.clientId.slice(0, CLIENT_ID_MAX_LENGTH) }),
    ...(typeof sent.roomId === "string" && { roomId: sent.roomId.slice(0, 120) }),
  };
}

function payloadOf(json: unknown): Record<string, unknown> {
  const payload = (json as { payload?: unknown } | null)?.payload;
  return typeof payload === "object" && payload !== null ? (payload as Record<string, unknown>) : {};
}

function malformed(message: string): { ok: false; error: ErrorPayload } {
  return { ok: false, error: { code: "malformed", message } };
}

/** Counts brackets outside strings, so that hostile nesting is refused before anything is built from it. */
function deeperThan(text: string, limit: number): boolean {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const char = text.charCodeAt(i);
    if (inString) {
      if (char === 92 /* \ */) i++;
      else if (char === 34 /* " */) inString = false;
    } else if (char === 34) inString = true;
    else if (char === 123 /* { */ || char === 91 /* [ */) {
      if (++depth > limit) return true;
    } else if (char === 125 || char === 93) depth--;
  }
  return false;
}
