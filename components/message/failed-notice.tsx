import { CircleAlert } from "lucide-react";
import type { ErrorPayload } from "@/protocol/errors";

type FailedNoticeProps = { error: ErrorPayload | null; onRetry(): void; onEdit(): void; onDiscard(): void };

/** Why a message was not taken, and what its author can do. Its text stays until they decide. */
export function FailedNotice({ error, onRetry, onEdit, onDiscard }: FailedNoticeProps) {
  return (
    <div className="mt-1 flex flex-wrap items-center gap-x-3 gap-y-1 text-sm leading-6">
      <p role="alert" className="flex items-start gap-1.5 text-destructive">
        <CircleAlert aria-hidden className="mt-[0.2em] size-[1.1em] shrink-0" />
        <span>Not sent: {error?.message ?? "the server did not take it."}</span>
      </p>
      <div className="flex gap-1">
        <Choice onClick={onRetry}>Try again</Choice>
        <Choice onClick={onEdit}>Edit</Choice>
        <Choice onClick={onDiscard}>Discard</Choice>
      </div>
    </div>
  );
}

function Choice({ onClick, children }: { onClick(): void; children: string }) {
  return (
    <button
      type="button"
      onClick={onClick}
      className="rounded-sm px-1.5 py-0.5 font-semibold text-foreground underline decoration-border underline-offset-3 hover:bg-accent hover:decoration-foreground touch:min-h-10 touch:px-2.5"
    >
      {children}
    </button>
  );
}
