import type { ErrorPayload } from "@/protocol/errors";

/** What a server action answers: what it made, or the refusal that the form shows. */
export type ActionResult<Value = void> = { ok: true; value: Value } | { ok: false; error: ErrorPayload };

/** An action behind a form; `previous` is there for `useActionState`. */
export type FormAction<Value = void> = (
  previous: ActionResult<Value> | null,
  form: FormData,
) => Promise<ActionResult<Value>>;
