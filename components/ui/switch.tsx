import type { ComponentProps } from "react";
import { cn } from "./cn";

/** A native checkbox drawn and announced as a switch: it works before, and without, JavaScript. */
export function Switch({ className, ...props }: ComponentProps<"input">) {
  return (
    <input
      type="checkbox"
      role="switch"
      className={cn(
        "relative h-6 w-10 shrink-0 cursor-pointer appearance-none rounded-full bg-input transition-colors before:absolute before:start-1 before:top-1 before:size-4 before:rounded-full before:bg-background before:transition-transform checked:bg-primary checked:before:translate-x-4 rtl:checked:before:-translate-x-4 disabled:opacity-55",
        className,
      )}
      {...props}
    />
  );
}
