import { z } from "zod";
import type { ActionResult, FormAction } from "@/components/ui/action-result";
import { Refused } from "@/server/domain/refused";
import { reachAction } from "@/server/form-run";
import { answer } from "./answer";

/** Longest id or slug that is looked up, in UTF-16 code units. */
const REF_MAX_LENGTH = 200;

/** A room's id or slug, or the id of anything else. */
export const ref = z
  .string()
  .max(REF_MAX_LENGTH)
  .refine((id) => id.isWellFormed() && !id.includes("\0"));
/** A field of a form; empty where the form has none. What it may say is the domain's to check. */
export const text = z.string("This field is text.").default("");
/** A box of a form. A browser sends it when it is checked. */
export const box = z
  .string("This field is a box to check.")
  .optional()
  .transform((value) => value !== undefined);

/**
 * A server action. Anybody can call it with anything, so nothing reaches `act` that `args` does not describe. Files with
 * "use server" export nothing that was not made here or by `defineForm`; a test looks.
 * @param args every argument, and no more than these.
 */
export function defineAction<Args extends z.ZodTuple, Value>(
  args: Args,
  act: (...given: z.output<Args>) => Promise<Value>,
): (...given: z.input<Args>) => Promise<ActionResult<Value>> {
  return async (...given) => {
    reachAction();
    return answer(async () => act(...read(args, given)));
  };
}

/**
 * A server action behind a form.
 * @param shape the form's fields; more are ignored, as are second ones of the same name.
 * @param kept the fields whose values a refusal brings back, for a page without JavaScript. Never a password.
 */
export function defineForm<Shape extends Record<string, z.ZodType>, Value>(
  shape: Shape,
  act: (fields: z.output<z.ZodObject<Shape>>) => Promise<Value>,
  kept: (keyof Shape & string)[] = [],
): FormAction<Value> {
  const names = Object.keys(shape);
  const args = z.tuple([z.unknown(), z.instanceof(FormData)]);
  const fields = z.object(shape);
  return async (...given) => {
    reachAction();
    const typed: Record<string, string> = {};
    const result = await answer(async () => {
      const [, form] = read(args, given);
      for (const name of kept) typed[name] = String(form.get(name) ?? "");
      return act(read(fields, Object.fromEntries(names.map((name) => [name, form.get(name) ?? undefined]))));
    });
    return result.ok || kept.length === 0 ? result : { ...result, typed };
  };
}

/** @throws Refused "invalid" that names the field of the form, where one is wrong. */
function read<Schema extends z.ZodType>(schema: Schema, given: unknown): z.output<Schema> {
  const parsed = look(schema, given);
  if (parsed?.success) return parsed.data;
  const [issue] = parsed?.error.issues ?? [];
  const [field] = issue?.path ?? [];
  if (issue && typeof field === "string") throw new Refused("invalid", issue.message, { field });
  throw new Refused("invalid", "This is not what the action takes. Reload the page and try again.");
}

/** A caller can send values that throw when anything asks for their properties: React's references to a client's values. */
function look<Schema extends z.ZodType>(schema: Schema, given: unknown): z.ZodSafeParseResult<z.output<Schema>> | null {
  try {
    return schema.safeParse(given);
  } catch {
    return null;
  }
}
