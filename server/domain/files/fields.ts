import { z } from "zod";
import { rawMax } from "@/protocol/bounded-text";
import { ALT_MAX_LENGTH, FILE_NAME_MAX_LENGTH, WAVEFORM_MAX_LENGTH } from "@/protocol/limits";
import { seenName } from "./names";

/** Characters that nobody sees, and marks that make a name read otherwise than it is: "exe.gpj" as "jpg.exe". */
const HIDDEN = /[\p{Cc}\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/u;

const name = z
  .string("name is the file's name.")
  .max(rawMax(FILE_NAME_MAX_LENGTH), `name is longer than ${FILE_NAME_MAX_LENGTH} characters: shorten it.`)
  .transform(seenName)
  .pipe(
    z
      .string()
      .min(1, "name is empty: give the file's name.")
      .max(FILE_NAME_MAX_LENGTH, `name is longer than ${FILE_NAME_MAX_LENGTH} characters: shorten it.`)
      .refine((text) => text.isWellFormed(), "name has a broken character: rename the file.")
      .refine((text) => !HIDDEN.test(text), "name has characters that cannot be seen: rename the file.")
      .refine((text) => !/[/\\]/.test(text), "name has a path: give the file's name alone.")
      .refine((text) => !/^\.+$/.test(text), "name is no file's name: give the file's name."),
  );

const alt = z
  .string("alt is a text.")
  .max(rawMax(ALT_MAX_LENGTH), `alt is longer than ${ALT_MAX_LENGTH} characters.`)
  .transform((text) => text.trim())
  .pipe(
    z
      .string()
      .max(ALT_MAX_LENGTH, `alt is longer than ${ALT_MAX_LENGTH} characters.`)
      .refine((text) => !text.includes("\0"), "alt has a NUL character: remove it."),
  )
  .transform((text) => text.toWellFormed());

const pixels = (what: string) => z.int(`${what} is a number of pixels.`).min(1).max(100_000).optional();

/** What `POST /api/rooms/:room/files` takes. The measures are a video's or a sound's; a picture is measured here. */
export const newFile = z.object({
  name,
  size: z.int("size is the file's number of bytes.").min(1, "The file is empty."),
  alt: alt.default(""),
  voice: z.boolean("voice is true for a voice note.").default(false),
  width: pixels("width"),
  height: pixels("height"),
  durationMs: z.int("durationMs is a number of milliseconds.").min(0).max(86_400_000).optional(),
  waveform: z
    .array(z.int("waveform has whole numbers from 0 to 100.").min(0).max(100))
    .max(WAVEFORM_MAX_LENGTH, `waveform has at most ${WAVEFORM_MAX_LENGTH} values.`)
    .optional(),
});

export const fileChanges = z.object({ alt });

/** What `POST /api/files/:file/complete` takes: of a video, a still as the browser saw it. */
export const completion = z.object({ poster: z.base64("poster is a picture in base64.").optional() });

export type NewFile = z.infer<typeof newFile>;
