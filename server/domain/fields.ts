import { z } from "zod";
import { isInvisible, normalizeBounded, rawMax } from "@/protocol/bounded-text";
import {
  EMAIL_MAX_LENGTH,
  INVITE_MAX_USES,
  NAME_MAX_LENGTH,
  PASSWORD_MAX_LENGTH,
  PASSWORD_MIN_LENGTH,
  ROOM_NAME_MAX_LENGTH,
  ROOM_TOPIC_MAX_LENGTH,
} from "@/protocol/limits";
import { withoutHidden } from "./hidden-characters";
import { Refused } from "./refused";

/** Control characters, and the marks that turn the direction of the text around a name. */
const UNPRINTABLE = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u;
/** Joiners have a use in some scripts and in emoji; `withoutHidden` finds those that have none. */
const FORMAT = /(?![\u200c\u200d])\p{Cf}/u;
/** Whose messages come from the server itself. */
const SYSTEM_NAME = "adda";

const personName = visibleName("name", NAME_MAX_LENGTH).refine(
  (name) => name.toLowerCase() !== SYSTEM_NAME,
  "This name is the server's own. Choose another one.",
);
const roomName = visibleName("name for the room", ROOM_NAME_MAX_LENGTH);
const topic = oneLine("topic", ROOM_TOPIC_MAX_LENGTH);
const kind = z.enum(["open", "closed"], 'A room is "open" or "closed".');

/** Lower-cased: an address is one account however it is typed. */
export const email = normalized("email address", EMAIL_MAX_LENGTH, "Enter an email address.")
  .transform((text) => text.trim().toLowerCase())
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
  password: givenPassword("Enter your password.").min(1, "Enter your password."),
});

export const passwordChange = z.object({
  currentPassword: givenPassword("Enter your current password."),
  password: newPassword,
  revokeTokens: z.boolean("revokeTokens is true or false.").default(true),
});

export const passwordReset = z.object({
  token: z.string("token is the end of a reset link."),
  password: newPassword,
  revokeTokens: z.boolean("revokeTokens is true or false.").default(true),
});

/** What somebody changes of their own account; an e-mail address and a password need the current password. */
export const accountChanges = z.object({
  name: personName.optional(),
  email: email.optional(),
  password: newPassword.optional(),
  currentPassword: givenPassword("currentPassword is a string.").optional(),
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
  name: visibleName("name for the token", NAME_MAX_LENGTH),
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

/** A name that everybody sees: not blank, and nothing in it is hidden. */
function visibleName(what: string, max: number) {
  return oneLine(what, max)
    .refine((name) => !isInvisible(name), `Enter a ${what}.`)
    .refine(
      (name) => !FORMAT.test(name) && withoutHidden(name) === name,
      `A ${what} has no characters that cannot be seen.`,
    );
}

/** Text of one line; what was pasted with breaks or doubled spaces is made so. */
function oneLine(what: string, max: number) {
  return normalized(what, max, `Enter a ${what}.`)
    .transform((text) => text.replace(/\s+/gu, " ").trim())
    .pipe(
      z
        .string()
        .max(max, `A ${what} has at most ${max} characters.`)
        .refine((text) => text.isWellFormed() && !UNPRINTABLE.test(text), `A ${what} has no control characters.`),
    );
}

/** The raw length is checked first: nothing looks at the text before. */
function normalized(what: string, max: number, missing: string) {
  const tooLong = `${/^[aeiou]/.test(what) ? "An" : "A"} ${what} has at most ${max} characters.`;
  return z
    .string(missing)
    .max(rawMax(max), tooLong)
    .transform((text) => normalizeBounded(text, max, "NFC") ?? "");
}

/** A password that may be right: as long as one that was typed with decomposed letters can be. */
function givenPassword(missing: string) {
  return z
    .string(missing)
    .max(rawMax(PASSWORD_MAX_LENGTH), `A password has at most ${PASSWORD_MAX_LENGTH} characters.`);
}
