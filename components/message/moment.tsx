import { cn } from "@/components/ui/cn";
import { type Clock, formatMoment, formatTime } from "./clock";

type MomentProps = { id?: string; at: Date; clock: Clock | null; className?: string };

/** When something happened: the time there, the full moment on hover. A place is kept while the zone is unknown. */
export function Moment({ id, at, clock, className }: MomentProps) {
  return (
    <time
      id={id}
      dateTime={at.toISOString()}
      title={clock ? formatMoment(at, clock) : undefined}
      className={cn("whitespace-nowrap text-muted-foreground text-xs leading-5", !clock && "invisible", className)}
      suppressHydrationWarning
    >
      {clock ? formatTime(at, clock) : "00:00"}
    </time>
  );
}
