/**
 * Limits that both sides of the wire know. Those that an operator may change are in
 * `server/config.ts`; these are part of the protocol's version 1.
 */

/** Longest message, in UTF-16 code units (JavaScript's `length`). */
export const MESSAGE_MAX_LENGTH = 4_000;
/** Longest `clientId`. */
export const CLIENT_ID_MAX_LENGTH = 64;
/** Largest frame that the server reads, in bytes. */
export const FRAME_MAX_BYTES = 64 * 1024;
/** Deepest nesting of a frame's JSON. */
export const FRAME_MAX_DEPTH = 8;

/** Largest number that a room's change can have: what the database counts with. */
export const SEQ_MAX = 2_147_483_647;

/** Messages in a `joined` frame, and the default page of the REST history. */
export const PAGE_SIZE = 50;
/** Largest page that the REST history gives. */
export const PAGE_MAX_SIZE = 200;
/** Names in a `presence` frame; `count` goes on counting. */
export const PRESENCE_MAX_PEOPLE = 100;

export const NAME_MAX_LENGTH = 60;
export const ROOM_NAME_MAX_LENGTH = 60;
export const ROOM_TOPIC_MAX_LENGTH = 200;
export const SLUG_MAX_LENGTH = 60;
/** People whom one invite admits, unless it admits any number. */
export const INVITE_MAX_USES = 1_000;
/** The room that everybody who signs up is in; its slug is never free again. */
export const LOBBY_SLUG = "lobby";
export const EMAIL_MAX_LENGTH = 254;
/** Of the body of a form, of a server action and of a sign-in: the largest, filled with long letters, needs about half. */
export const FORM_MAX_BYTES = 32 * 1024;
export const PASSWORD_MIN_LENGTH = 8;
/** Longest password, in UTF-16 code units; hashing a longer one would be a way to spend our time. */
export const PASSWORD_MAX_LENGTH = 200;

/** The server sends each joined room's `head` at least this often. */
export const HEAD_INTERVAL_MS = 20_000;
/** A client that heard nothing for this long takes the connection for dead. */
export const SILENCE_MAX_MS = 45_000;
/** Somebody is shown as typing for this long after their last `typing` frame. */
export const TYPING_TTL_MS = 6_000;
/** A client says `typing` at most this often. */
export const TYPING_INTERVAL_MS = 3_000;

/** Files in one message. */
export const FILES_PER_MESSAGE = 10;
/** Missing parts of an upload that one answer has addresses for. */
export const PARTS_LISTED_MAX = 100;
/** Longest name of a file, in UTF-16 code units. */
export const FILE_NAME_MAX_LENGTH = 200;
/** Longest description of a picture, in UTF-16 code units. */
export const ALT_MAX_LENGTH = 1_000;
/** The squares into which a picture's two previews fit. */
export const PREVIEW_SMALL_PX = 480;
export const PREVIEW_LARGE_PX = 1_440;
/** Longest excerpt of a text file, in UTF-16 code units. */
export const TEXT_PREVIEW_MAX_LENGTH = 1_000;
/** Values in a voice note's waveform. */
export const WAVEFORM_MAX_LENGTH = 64;
/** Longest text to search a room's files and links for, in UTF-16 code units. */
export const SEARCH_MAX_LENGTH = 100;
