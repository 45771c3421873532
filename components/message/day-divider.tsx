import { type Clock, type Day, formatDay } from "./clock";
import { useToday } from "./use-clock";

/** The line between two days. */
export function DayDivider({ day, clock }: { day: Day; clock: Clock }) {
  const today = useToday(clock);
  return (
    <div className="flex items-center gap-3 px-4 pt-5 pb-1 sm:px-6">
      <span aria-hidden className="h-px flex-1 bg-border" />
      <h2 className="font-medium text-muted-foreground text-xs leading-5 tracking-normal" suppressHydrationWarning>
        {formatDay(day, today, clock)}
      </h2>
      <span aria-hidden className="h-px flex-1 bg-border" />
    </div>
  );
}
