"use client";

import { CircleAlert, CircleCheck, Info, X } from "lucide-react";
import { useEffect, useState, useSyncExternalStore } from "react";
import { Button } from "./button";
import { cn } from "./cn";
import { dismissToast, type Toast, toastStore } from "./toast";

const SHOWN_MS = 6_000;
const ICONS = { info: Info, success: CircleCheck, danger: CircleAlert };

/** Where toasts appear. The live region stands from the start: one that arrives with its text is not read. */
export function Toaster() {
  const toasts = useSyncExternalStore(toastStore.subscribe, toastStore.get, toastStore.getOnServer);
  return (
    <div
      role="status"
      aria-live="polite"
      aria-atomic="false"
      className="pointer-events-none fixed inset-x-4 top-[calc(env(safe-area-inset-top)+4.25rem)] z-60 grid grid-cols-1 justify-items-center gap-2 md:inset-x-auto md:end-6 md:justify-items-end"
    >
      {toasts.map((toast) => (
        <ToastCard key={toast.id} toast={toast} />
      ))}
    </div>
  );
}

function ToastCard({ toast }: { toast: Toast }) {
  const { id, tone, text, action } = toast;
  const [held, setHeld] = useState(false);
  const Icon = ICONS[tone];

  useEffect(() => {
    if (held) return;
    const timer = setTimeout(() => dismissToast(id), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [id, held]);

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: pointing at it only keeps it from leaving.
    <div
      onMouseEnter={() => setHeld(true)}
      onMouseLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
      className="pointer-events-auto flex w-full max-w-sm animate-rise-in items-start gap-2.5 rounded-lg border bg-popover py-2.5 ps-3.5 pe-2 shadow-float md:w-auto md:min-w-72"
    >
      <Icon
        aria-hidden
        className={cn("mt-[0.2em] size-[1.1em] shrink-0", tone === "danger" ? "text-destructive" : "text-primary")}
      />
      <p className="min-w-0 flex-1">{text}</p>
      {action && (
        <Button
          variant="link"
          size="sm"
          onClick={() => {
            action.run();
            dismissToast(id);
          }}
        >
          {action.label}
        </Button>
      )}
      <button
        type="button"
        aria-label="Dismiss"
        onClick={() => dismissToast(id)}
        className="-my-1 grid size-8 shrink-0 place-items-center rounded-sm text-muted-foreground hover:bg-accent"
      >
        <X aria-hidden className="size-4" />
      </button>
    </div>
  );
}
