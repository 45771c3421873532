import type { ErrorCode, ErrorPayload } from "@/protocol/errors";

type Details = Pick<ErrorPayload, "field" | "clientId" | "roomId" | "retryAfterMs">;

/** A refusal that its reader is told about: one code and one sentence, the same on every surface. */
export class Refused extends Error {
  override name = "Refused";

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
