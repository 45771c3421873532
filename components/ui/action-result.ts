import type { ErrorPayload } from "@/protocol/errors";

/**
 * What a server action answers: what it made, or the refusal that the form shows. `typed` is what a
 * page without JavaScript fills in again.
 */
export type ActionResult<Value = void> =
  | { ok: true; value: Value }
  | { ok: false; error: ErrorPayload; typed?: Record<string, string> };

/** An action behind a form; `previous` is there for `useActionState`. */
export type FormAction<Value = void> = (
  previous: ActionResult<Value> | null,
  form: FormData,
) => Promise<ActionResult<Value>>;
