import { cva, type VariantProps } from "class-variance-authority";
import { Slot } from "radix-ui";
import type { ComponentProps } from "react";
import { cn } from "./cn";
import { Spinner } from "./spinner";

const button = cva(
  "relative inline-flex shrink-0 select-none items-center justify-center gap-2 whitespace-nowrap rounded-md font-semibold transition-colors duration-100 disabled:cursor-not-allowed disabled:opacity-55 aria-disabled:cursor-not-allowed aria-disabled:opacity-55 [&_svg]:pointer-events-none [&_svg]:size-[1.125em] [&_svg]:shrink-0",
  {
    variants: {
      variant: {
        primary: "bg-primary text-primary-foreground hover:bg-primary-hover",
        secondary: "border border-input bg-card text-foreground hover:bg-accent",
        ghost: "text-foreground hover:bg-accent",
        danger: "bg-destructive text-destructive-foreground hover:bg-destructive-hover",
        quietDanger: "text-destructive hover:bg-destructive-soft",
        link: "h-auto! rounded-sm p-0! text-primary underline decoration-primary/40 underline-offset-3 hover:decoration-primary",
      },
      size: {
        md: "h-9 px-3.5 text-base touch:h-11",
        sm: "h-8 px-2.5 text-sm touch:h-10 touch:px-3.5",
        lg: "h-11 px-5 text-base",
        icon: "size-9 text-lg touch:size-11",
        iconSm: "size-8 text-base touch:size-10",
      },
    },
    defaultVariants: { variant: "primary", size: "md" },
  },
);

type ButtonProps = ComponentProps<"button"> &
  VariantProps<typeof button> & {
    asChild?: boolean;
    /** Shows a spinner over the label and refuses presses, and keeps its width and its focus. */
    busy?: boolean;
  };

export function Button({ className, variant, size, asChild, busy, children, onClick, ...props }: ButtonProps) {
  const classes = cn(button({ variant, size }), className);
  if (asChild) {
    return (
      <Slot.Root className={classes} onClick={onClick} {...props}>
        {children}
      </Slot.Root>
    );
  }
  return (
    <button
      type="button"
      className={classes}
      aria-disabled={busy || undefined}
      aria-busy={busy || undefined}
      onClick={busy ? (event) => event.preventDefault() : onClick}
      {...props}
    >
      <span className={cn("contents", busy && "*:invisible invisible")}>{children}</span>
      {busy && <Spinner className="absolute" />}
    </button>
  );
}
