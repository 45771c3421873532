"use client";

import { Tooltip as Radix } from "radix-ui";
import type { ReactNode } from "react";

type TooltipProps = { label: ReactNode; side?: "top" | "right" | "bottom" | "left"; children: ReactNode };

/** Names a control on hover and on focus. Its child is one element that takes a ref. */
export function Tooltip({ label, side = "top", children }: TooltipProps) {
  return (
    <Radix.Provider delayDuration={500} skipDelayDuration={200}>
      <Radix.Root>
        <Radix.Trigger asChild>{children}</Radix.Trigger>
        <Radix.Portal>
          <Radix.Content
            side={side}
            sideOffset={6}
            collisionPadding={8}
            className="z-50 max-w-xs animate-fade-in pointer-coarse:hidden rounded-md bg-foreground px-2 py-1 text-background text-sm shadow-float"
          >
            {label}
          </Radix.Content>
        </Radix.Portal>
      </Radix.Root>
    </Radix.Provider>
  );
}
