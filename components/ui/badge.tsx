import type { ComponentProps } from "react";
import { cn } from "./cn";

const TONES = {
  neutral: "bg-accent text-muted-foreground",
  primary: "bg-primary-soft text-primary-soft-foreground",
  warning: "bg-warning-soft text-warning-soft-foreground",
};

export function Badge({
  tone = "neutral",
  className,
  ...props
}: ComponentProps<"span"> & { tone?: keyof typeof TONES }) {
  return (
    <span
      className={cn(
        "inline-flex items-center gap-1 whitespace-nowrap rounded-full px-2 py-0.5 font-semibold text-xs [&_svg]:size-[1em]",
        TONES[tone],
        className,
      )}
      {...props}
    />
  );
}
