"use client";

import { X } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import type { ReactNode, RefObject } from "react";
import { Button } from "./button";
import { cn } from "./cn";

export const Dialog = Radix.Root;
export const DialogTrigger = Radix.Trigger;
export const DialogClose = Radix.Close;

type DialogContentProps = {
  title: ReactNode;
  /** What the dialog is for, in a sentence. */
  description?: ReactNode;
  /** Where the focus goes on closing, when no `DialogTrigger` opened it. */
  returnFocus?: RefObject<HTMLElement | null>;
  className?: string;
  children: ReactNode;
};

/** On a phone it rises from the bottom edge, where the thumb is; else it stands in the middle. */
export function DialogContent({ title, description, returnFocus, className, children }: DialogContentProps) {
  const onOpenAutoFocus = (event: Event) => {
    // On a phone a focused field brings up the keyboard before anybody has read the dialog.
    if (!matchMedia("(pointer: coarse)").matches || !(event.currentTarget instanceof HTMLElement)) return;
    event.preventDefault();
    event.currentTarget.focus();
  };
  const onCloseAutoFocus = (event: Event) => {
    // What the dialog led to may have the focus already: the composer of a room that it opened.
    const taken = document.activeElement !== document.body;
    if (!taken && !returnFocus?.current) return;
    event.preventDefault();
    if (!taken) returnFocus?.current?.focus();
  };
  return (
    <Radix.Portal>
      <Radix.Overlay className="fixed inset-0 z-40 bg-overlay data-[state=closed]:animate-fade-out data-[state=open]:animate-fade-in" />
      <Radix.Content
        {...(!description && { "aria-describedby": undefined })}
        onOpenAutoFocus={onOpenAutoFocus}
        onCloseAutoFocus={onCloseAutoFocus}
        className={cn(
          "fixed z-50 flex max-h-[min(85dvh,44rem)] flex-col bg-popover shadow-float outline-none",
          "inset-x-0 bottom-0 rounded-t-xl pb-[env(safe-area-inset-bottom)] data-[state=closed]:animate-fade-out data-[state=open]:animate-rise-in",
          "md:inset-x-auto md:start-1/2 md:bottom-auto md:top-[max(4dvh,min(18dvh,10rem))] md:ms-[-15rem] md:w-[30rem] md:rounded-xl md:pb-0 md:data-[state=open]:animate-pop-in",
          className,
        )}
      >
        <header className="py-5 ps-5 pe-16">
          <Radix.Title dir="auto" className="wrap-anywhere text-lg">
            {title}
          </Radix.Title>
          {description && (
            <Radix.Description className="mt-1 text-muted-foreground text-sm">{description}</Radix.Description>
          )}
        </header>
        <div className="-mt-2 min-h-0 overflow-y-auto overscroll-contain px-5 pt-1 pb-5">{children}</div>
        {/* Last, so that the focus begins with what the dialog is for. */}
        <Radix.Close asChild>
          <Button
            variant="ghost"
            size="iconSm"
            aria-label="Close"
            className="absolute end-3.5 top-4 text-muted-foreground touch:top-3"
          >
            <X />
          </Button>
        </Radix.Close>
      </Radix.Content>
    </Radix.Portal>
  );
}

/** The row of buttons that ends a dialog: the deed last, full width on a phone. */
export function DialogActions({ children }: { children: ReactNode }) {
  return <div className="mt-6 flex flex-col-reverse gap-2 md:flex-row md:justify-end">{children}</div>;
}
