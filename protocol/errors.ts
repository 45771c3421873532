/**
 * Every refusal has one of these codes, the same in an `error` frame, in a REST answer and in a form.
 * `status` is the HTTP status that REST gives with it.
 */
export const ERROR_STATUS = {
  /** A field is missing, malformed or beyond its limit; `field` names it. */
  invalid: 400,
  /** Not JSON, no known `type`, or nested too deep. */
  malformed: 400,
  /** No session and no token, or one that is no longer good. */
  unauthorized: 401,
  /** Signed in, but not allowed to do this. */
  forbidden: 403,
  /** This change needs the current password; `field` names where it is given. */
  password_required: 403,
  /** No such thing, or none that you may see. */
  not_found: 404,
  /** The address exists and does not take this method; only REST says so. */
  method_not_allowed: 405,
  /** `chat` or `typing` without a `roomId` on a socket that has joined no room. */
  not_joined: 409,
  /** The room is archived: it can be read and not written. */
  archived: 409,
  /** What you would make exists already; `field` names what clashes. */
  conflict: 409,
  /** An invite link that expired, was revoked or never was. */
  invite_invalid: 410,
  /** Larger than the limit. */
  too_large: 413,
  /** Too fast; `retryAfterMs` says when to come back. */
  rate_limited: 429,
  /** More of a thing than one may have; give one up first. */
  too_many: 429,
  /** A fault of the server's; it was logged. */
  internal: 500,
  /** The server cannot store it now; try again with the same `clientId`. */
  overloaded: 503,
} as const;

export type ErrorCode = keyof typeof ERROR_STATUS;

/** Refusals that a later, identical try may pass: an outbox keeps the message and tries again. */
export const TRANSIENT_CODES: ReadonlySet<ErrorCode> = new Set(["rate_limited", "overloaded", "internal"]);

/** The payload of an `error` frame, and with REST the value of `error`. */
export type ErrorPayload = {
  code: ErrorCode;
  /** A sentence for a person: what is wrong and what to do. */
  message: string;
  /** The field that is wrong, where one is. */
  field?: string;
  /** The message that was refused, where one was. */
  clientId?: string;
  roomId?: string;
  retryAfterMs?: number;
};
