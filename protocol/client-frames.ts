import { z } from "zod";
import { isInvisible } from "./bounded-text";
import type { ErrorPayload } from "./errors";
import { CLIENT_ID_MAX_LENGTH, FILES_PER_MESSAGE, FRAME_MAX_DEPTH, MESSAGE_MAX_LENGTH, SEQ_MAX } from "./limits";

const EMPTY = "message is empty.";

// What reads a client's frames stands apart from frames.ts: a browser never does, and should not load zod.

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

/** A message's text: within the limit, without NUL (PostgreSQL cannot store it). */
const anyText = z
  .string({ error: "message must be a string." })
  // Not `max`, which counts an emoji once: the composer and the document count as JavaScript does.
  .refine(({ length }) => length <= MESSAGE_MAX_LENGTH, `message is longer than ${MESSAGE_MAX_LENGTH} characters.`)
  .refine((text) => !text.includes("\0"), "message has a NUL character: remove it.")
  .transform((text) => text.toWellFormed());

/** The text of a message that is nothing but text: not blank either. */
export const messageText = anyText.refine(isSomething, EMPTY);

const files = z
  .array(z.guid("files is a list of the ids of files that you uploaded."), {
    error: "files is a list of the ids of files that you uploaded.",
  })
  .max(FILES_PER_MESSAGE, `A message carries at most ${FILES_PER_MESSAGE} files.`)
  .refine((ids) => new Set(ids).size === ids.length, "files names a file twice.")
  .transform((ids) => ids.map((id) => id.toLowerCase()));

const somethingToSay = { error: EMPTY, path: ["message"] };
const said = {
  message: anyText,
  clientId: clientId.optional(),
  files: files.optional(),
  /** False: nobody looks at what the message links to. */
  previews: z.boolean("previews is true or false.").optional(),
};

/** What `POST /api/rooms/:room/messages` takes; `chat` takes the same and a `roomId`. */
export const newMessage = z.object(said).refine(saysSomething, somethingToSay);

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
  z.object({
    type: z.literal("chat"),
    payload: z.object({ ...said, roomId: roomRef.optional() }).refine(saysSomething, somethingToSay),
  }),
  z.object({ type: z.literal("typing"), payload: z.object({ roomId: roomRef.optional() }).default({}) }),
  z.object({ type: z.literal("ping") }),
]);

export const CLIENT_FRAME_TYPES = clientFrame.options.map(({ shape }) => shape.type.value);

/** What a client may say. */
export type ClientFrame = z.infer<typeof clientFrame>;

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

function saysSomething({ message, files }: { message: string; files?: string[] }): boolean {
  return isSomething(message) || (files !== undefined && files.length > 0);
}

function isSomething(text: string): boolean {
  return !isInvisible(text);
}

function explain(json: unknown, error: z.ZodError): ErrorPayload {
  const issue = error.issues[0];
  const path = issue?.path.map(String) ?? [];
  if (path[0] !== "payload" || path.length < 2) {
    return malformed(
      issue?.code === "invalid_union"
        ? `type must be one of ${CLIENT_FRAME_TYPES.join(", ")}.`
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
