import { cn } from "@/components/ui/cn";

/** Loudness over time as bars; what lies before `progress` (0 to 1) is in the colour of what was heard. */
export function Waveform({ levels, progress = 1 }: { levels: readonly number[]; progress?: number }) {
  return (
    <span aria-hidden className="flex h-8 w-full items-center gap-px overflow-hidden">
      {levels.map((level, index) => (
        <span
          // biome-ignore lint/suspicious/noArrayIndexKey: a bar is its place.
          key={index}
          className={cn(
            "min-w-px flex-1 rounded-full",
            (index + 0.5) / levels.length <= progress ? "bg-primary" : "bg-input",
          )}
          style={{ height: `${Math.max(10, Math.min(100, level))}%` }}
        />
      ))}
    </span>
  );
}
