import type { ErrorCode, ErrorPayload } from "@/protocol/errors";

type Details = Pick<ErrorPayload, "field" | "clientId" | "roomId" | "retryAfterMs">;

const BRAND = Symbol.for("adda.refused");

/** A refusal that its reader is told about: one code and one sentence, the same on every surface. */
export class Refused extends Error {
  override name = "Refused";
  readonly [BRAND] = true;

  /** Pages and sockets have a copy of this class each, and one room log, which refuses both. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === "object" && value !== null && BRAND in value;
  }

  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly details: Details = {},
  ) {
    super(message);
  }

  toPayload(): ErrorPayload {
    return { code: this.code, message: this.message, ...this.details };
  }
}
