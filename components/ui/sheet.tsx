"use client";

import { Dialog as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { cn } from "./cn";

export const Sheet = Radix.Root;

/** A panel that slides in from the inline start and covers most of a phone's width. */
export function SheetContent({
  title,
  className,
  children,
}: {
  title: string;
  className?: string;
  children: ReactNode;
}) {
  return (
    <Radix.Portal>
      <Radix.Overlay className="fixed inset-0 z-40 bg-overlay data-[state=closed]:animate-fade-out data-[state=open]:animate-fade-in" />
      <Radix.Content
        aria-describedby={undefined}
        onOpenAutoFocus={focusPanel}
        className={cn(
          "fixed inset-y-0 start-0 z-50 flex w-[min(20rem,86vw)] flex-col bg-sidebar shadow-float outline-none data-[state=closed]:animate-slide-out data-[state=open]:animate-slide-in",
          className,
        )}
      >
        <Radix.Title className="sr-only">{title}</Radix.Title>
        {children}
      </Radix.Content>
    </Radix.Portal>
  );
}

/** The panel itself rather than its first button, which would show a tooltip that nobody asked for. */
function focusPanel(event: Event): void {
  if (!(event.currentTarget instanceof HTMLElement)) return;
  event.preventDefault();
  event.currentTarget.focus();
}
