"use client";

import { unstable_rethrow } from "next/navigation";
import { type FormEvent, useActionState, useRef, useState, useTransition } from "react";
import type { ErrorPayload } from "@/protocol/errors";
import { FORM_MAX_BYTES } from "@/protocol/limits";
import type { ActionResult, FormAction } from "./action-result";

const UNREACHABLE: ErrorPayload = {
  code: "internal",
  message: "The server cannot be reached. Check your connection and try again.",
};

const TOO_LARGE: ErrorPayload = { code: "too_large", message: "This is too long to send. Shorten it and try again." };
/** What the names of the fields and the lines between them may take of the limit. */
const FRAMING_BYTES = 4 * 1024;

/**
 * Runs a server action from a button. `error` is its last refusal, or says that the server is away;
 * `onDone` is called with what the action made. Where a button has no place of its own for an error,
 * `onRefused` shows it elsewhere.
 */
export function useAction<Given extends unknown[], Value>(
  action: (...given: Given) => Promise<ActionResult<Value>>,
  onDone?: (value: Value) => void,
  onRefused?: (error: ErrorPayload) => void,
) {
  const [pending, start] = useTransition();
  const [error, setError] = useState<ErrorPayload | null>(null);

  const run = (...given: Given) =>
    start(async () => {
      const result = await reach(() => action(...given));
      setError(result.ok ? null : result.error);
      if (result.ok) onDone?.(result.value);
      else onRefused?.(result.error);
    });

  return { run, pending, error };
}

/**
 * A form over a server action. Before hydration, and without JavaScript, the browser submits it; after,
 * we do, so that a refusal keeps what was typed (React empties a form whose action it ran itself).
 */
export function useForm<Value>(action: FormAction<Value>, onDone?: (value: Value) => void) {
  const [native, submit, submitting] = useActionState(action, null);
  const [own, setOwn] = useState<ActionResult<Value> | null>(null);
  const [running, start] = useTransition();
  const form = useRef<HTMLFormElement>(null);
  const result = own ?? native;

  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    start(async () => {
      const answer = fits(data) ? await reach(() => action(null, data)) : ({ ok: false, error: TOO_LARGE } as const);
      setOwn(answer);
      if (answer.ok) onDone?.(answer.value);
      else focusField(form.current, answer.error.field);
    });
  };

  return {
    // The server's answer names the wrong field in our own words and style; the browser's bubbles would come first.
    formProps: { ref: form, action: submit, onSubmit, noValidate: true },
    pending: running || submitting,
    error: result && !result.ok ? result.error : null,
    value: result?.ok ? result.value : null,
    typed: native && !native.ok ? (native.typed ?? {}) : {},
  };
}

async function reach<Value>(act: () => Promise<ActionResult<Value>>): Promise<ActionResult<Value>> {
  try {
    return await act();
  } catch (error) {
    // A redirect travels as an error too, and is Next's to follow.
    unstable_rethrow(error);
    return { ok: false, error: UNREACHABLE };
  }
}

/** The server refuses a form beyond the limit before its action is called, which would look like a lost connection. */
function fits(data: FormData): boolean {
  return new Blob([...data.values()]).size <= FORM_MAX_BYTES - FRAMING_BYTES;
}

function focusField(form: HTMLFormElement | null, field: string | undefined): void {
  const control = field && form?.elements.namedItem(field);
  if (control instanceof HTMLElement) control.focus();
}
