"use client";

import { CircleAlert } from "lucide-react";
import { type ReactNode, useId } from "react";
import type { ErrorPayload } from "@/protocol/errors";
import { cn } from "./cn";

type ControlProps = {
  id: string;
  name: string;
  "aria-invalid": true | undefined;
  "aria-describedby": string | undefined;
};

type FieldProps = {
  /** The name that the form sends and that a refusal's `field` names. */
  name: string;
  label: ReactNode;
  hint?: ReactNode;
  error?: ErrorPayload | null;
  optional?: boolean;
  className?: string;
  children: (control: ControlProps) => ReactNode;
};

/** A label, its control, a hint, and the refusal when it names this field. */
export function Field({ name, label, hint, error, optional, className, children }: FieldProps) {
  const id = useId();
  const wrong = error?.field === name ? error.message : null;
  const described = [hint && `${id}-hint`, wrong && `${id}-error`].filter(Boolean).join(" ") || undefined;
  return (
    <div className={cn("flex flex-col gap-1.5", className)}>
      <label htmlFor={id} className="flex items-baseline justify-between gap-2 font-semibold text-sm">
        {label}
        {optional && <span className="font-normal text-muted-foreground text-xs">Optional</span>}
      </label>
      {children({ id, name, "aria-invalid": wrong ? true : undefined, "aria-describedby": described })}
      {hint && (
        <p id={`${id}-hint`} className="text-muted-foreground text-sm">
          {hint}
        </p>
      )}
      <div aria-live="polite" className="empty:-mt-1.5">
        {wrong && (
          <p id={`${id}-error`} className="flex items-start gap-1.5 text-destructive text-sm">
            <CircleAlert aria-hidden className="mt-[0.2em] size-[1em] shrink-0" />
            {wrong}
          </p>
        )}
      </div>
    </div>
  );
}
