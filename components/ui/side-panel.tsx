"use client";

import { X } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { Button } from "./button";

export const SidePanel = Radix.Root;

type SidePanelContentProps = {
  title: ReactNode;
  /** Called when it is gone: puts the focus where one goes on. */
  onClosed(): void;
  children: ReactNode;
};

/** A panel at the inline end, as high as the page; on a phone it is the page. */
export function SidePanelContent({ title, onClosed, children }: SidePanelContentProps) {
  return (
    <Radix.Portal>
      <Radix.Overlay className="fixed inset-0 z-40 bg-overlay data-[state=closed]:animate-fade-out data-[state=open]:animate-fade-in" />
      <Radix.Content
        aria-describedby={undefined}
        onOpenAutoFocus={(event) => {
          // The panel rather than its search, which would bring up a phone's keyboard.
          event.preventDefault();
          if (event.currentTarget instanceof HTMLElement) event.currentTarget.focus();
        }}
        onCloseAutoFocus={(event) => {
          event.preventDefault();
          onClosed();
        }}
        className="fixed inset-y-0 end-0 z-40 flex w-full flex-col bg-popover pt-[env(safe-area-inset-top)] shadow-float outline-none data-[state=closed]:animate-fade-out data-[state=open]:animate-slide-in-end sm:w-[26rem]"
      >
        <header className="flex h-14 shrink-0 items-center justify-between gap-2 ps-4 pe-2">
          <Radix.Title className="min-w-0 truncate text-lg">{title}</Radix.Title>
          <Radix.Close asChild>
            <Button variant="ghost" size="icon" aria-label="Close" className="text-muted-foreground">
              <X />
            </Button>
          </Radix.Close>
        </header>
        {children}
      </Radix.Content>
    </Radix.Portal>
  );
}
