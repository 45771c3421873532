import type { ComponentProps } from "react";
import { cn } from "./cn";

export const inputClasses =
  "w-full rounded-md border border-input bg-card px-3 text-base text-foreground placeholder:text-muted-foreground focus-visible:border-ring focus-visible:outline-2 focus-visible:outline-offset-0 focus-visible:outline-ring/60 disabled:opacity-55 aria-invalid:border-destructive aria-invalid:focus-visible:outline-destructive/50";

export function Input({ className, ...props }: ComponentProps<"input">) {
  return <input className={cn(inputClasses, "h-10 touch:h-11", className)} {...props} />;
}
