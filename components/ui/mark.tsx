import { cn } from "./cn";

/** Adda's mark: people sitting in a circle, and one seat, the lit one, that is yours. */
export function Mark({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 32 32" aria-hidden className={cn("size-8 shrink-0", className)}>
      <rect width="32" height="32" rx="9" className="fill-mark" />
      <g className="fill-mark-seat">
        <circle cx="23.36" cy="11.75" r="2.75" />
        <circle cx="23.36" cy="20.25" r="2.75" />
        <circle cx="16" cy="24.5" r="2.75" />
        <circle cx="8.64" cy="20.25" r="2.75" />
        <circle cx="8.64" cy="11.75" r="2.75" />
      </g>
      <circle cx="16" cy="7.5" r="2.75" className="fill-mark-yours" />
    </svg>
  );
}
