import type { ErrorPayload } from "@/protocol/errors";
import { Notice } from "./notice";

/** The refusal of a form, unless one of its `fields` shows it. */
export function FormError({ error, fields = [] }: { error: ErrorPayload | null; fields?: readonly string[] }) {
  if (!error || (error.field && fields.includes(error.field))) return null;
  return <Notice tone="danger">{error.message}</Notice>;
}
