import { cn } from "./cn";

/** A thin bar that fills. */
export function ProgressBar({ label, percent, className }: { label: string; percent: number; className?: string }) {
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      className={cn("h-1 overflow-hidden rounded-full bg-border", className)}
    >
      <div
        className="h-full origin-left rounded-full bg-primary transition-transform duration-200 rtl:origin-right"
        style={{ transform: `scaleX(${percent / 100})` }}
      />
    </div>
  );
}
