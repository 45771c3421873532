import { z } from "zod";
import {
  EMAIL_MAX_LENGTH,
  INVITE_MAX_USES,
  NAME_MAX_LENGTH,
  PASSWORD_MAX_LENGTH,
  PASSWORD_MIN_LENGTH,
  ROOM_NAME_MAX_LENGTH,
  ROOM_TOPIC_MAX_LENGTH,
} from "@/protocol/limits";
import { Refused } from "./refused";

/** Control characters, and the marks that turn the direction of the text around a name. */
const UNPRINTABLE = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u;
const PRINTABLE = /[\p{L}\p{N}\p{P}\p{S}]/u;

const personName = oneLine("name", NAME_MAX_LENGTH).refine((name) => PRINTABLE.test(name), "Enter a name.");
const roomName = oneLine("name for the room", ROOM_NAME_MAX_LENGTH).refine(
  (name) => PRINTABLE.test(name),
  "Enter a name for the room.",
);
const topic = oneLine("topic", ROOM_TOPIC_MAX_LENGTH);
const kind = z.enum(["open", "closed"], 'A room is "open" or "closed".');

/** Lower-cased: an address is one account however it is typed. */
export const email = z
  .string("Enter an email address.")
  .transform((text) => text.trim().normalize("NFC").toLowerCase())
  .pipe(
    z
      .string()
      .min(1, "Enter an email address.")
      .max(EMAIL_MAX_LENGTH, `An email address has at most ${EMAIL_MAX_LENGTH} characters.`)
      .regex(/^[^\s@"]{1,64}@[^\s@"]+$/u, "This does not look like an email address.")
      .refine((text) => text.isWellFormed() && !UNPRINTABLE.test(text), "This does not look like an email address."),
  );

const newPassword = z
  .string("Enter a password.")
  .min(PASSWORD_MIN_LENGTH, `Use at least ${PASSWORD_MIN_LENGTH} characters.`)
  .max(PASSWORD_MAX_LENGTH, `Use at most ${PASSWORD_MAX_LENGTH} characters.`)
  .refine((text) => text.isWellFormed(), "This password has a character that cannot be typed again.");

export const newUser = z.object({ name: personName, email, password: newPassword });

/** A password that somebody claims to have: too short is simply wrong, not invalid. */
export const credentials = z.object({
  email,
  password: z.string("Enter your password.").min(1, "Enter your password."),
});

export const passwordChange = z.object({
  currentPassword: z.string("Enter your current password."),
  password: newPassword,
  revokeTokens: z.boolean("revokeTokens is true or false.").default(true),
});

export const newRoom = z.object({ name: roomName, topic: topic.default(""), kind: kind.default("open") });

export const roomChanges = z.object({
  name: roomName.optional(),
  topic: topic.optional(),
  kind: kind.optional(),
  archived: z.boolean("archived is true or false.").optional(),
});

const TOKEN_MAX_DAYS = 3_650;

export const newToken = z.object({
  name: oneLine("name for the token", NAME_MAX_LENGTH).refine(
    (name) => PRINTABLE.test(name),
    "Enter a name for the token.",
  ),
  expiresInDays: z
    .int("expiresInDays is a whole number of days.")
    .min(1, "A token lasts at least a day.")
    .max(TOKEN_MAX_DAYS, `A token with an end lasts at most ${TOKEN_MAX_DAYS} days.`)
    .optional(),
});

const INVITE_DEFAULT_HOURS = 7 * 24;
const INVITE_MAX_HOURS = 30 * 24;

export const newInvite = z.object({
  room: z.string("room is a room's slug or id.").optional(),
  expiresInHours: z
    .number("expiresInHours is a number of hours.")
    .min(1, "An invite is good for at least an hour.")
    .max(INVITE_MAX_HOURS, `An invite is good for at most ${INVITE_MAX_HOURS / 24} days.`)
    .default(INVITE_DEFAULT_HOURS),
  maxUses: z
    .int(`maxUses is a whole number from 1 to ${INVITE_MAX_USES.toLocaleString("en")}, or null.`)
    .min(1, "An invite admits at least one person.")
    .max(INVITE_MAX_USES, `An invite admits at most ${INVITE_MAX_USES.toLocaleString("en")} people, or any number.`)
    .nullable()
    .default(null),
});

/** @throws Refused "invalid" that names the first field that is wrong. */
export function parse<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;

  const [issue] = parsed.error.issues;
  const field = issue?.path.join(".");
  throw new Refused("invalid", issue?.message ?? "This is not valid.", field ? { field } : {});
}

/** Text of one line; what was pasted with breaks or doubled spaces is made so. */
function oneLine(what: string, max: number) {
  return z
    .string(`Enter a ${what}.`)
    .transform((text) => text.normalize("NFC").replace(/\s+/gu, " ").trim())
    .pipe(
      z
        .string()
        .max(max, `A ${what} has at most ${max} characters.`)
        .refine((text) => text.isWellFormed() && !UNPRINTABLE.test(text), `A ${what} has no control characters.`),
    );
}
