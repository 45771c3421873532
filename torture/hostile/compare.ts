/** Two latencies of the others, in milliseconds, in the same run: with the hostile person and without. */
export type Windows = { without: readonly number[]; with: readonly number[] };

/** A hostile person at most doubles the others' latency. */
const FACTOR_MAX = 2;
/** Below these the machine's own noise decides: a turn of the collector, a process that starts, a disk that flushes. */
export const FLOOR_MS = { median: 30, p99: 300 };
/** Fewer say nothing of the slowest hundredth. */
const SAMPLES_MIN = 50;

/** @returns what is wrong, in a sentence for each; nothing when the others hardly noticed. */
export function findSlowdown(what: string, windows: Windows): string[] {
  const fewest = Math.min(windows.without.length, windows.with.length);
  if (fewest < SAMPLES_MIN) return [`${what}: only ${fewest} were measured, and ${SAMPLES_MIN} are needed.`];
  return (["median", "p99"] as const).flatMap((name) => {
    const [without, withThem] = [windows.without, windows.with].map((values) => quantile(values, SHARES[name]));
    if (without === undefined || withThem === undefined) return [];
    if (withThem <= Math.max(FACTOR_MAX * without, FLOOR_MS[name])) return [];
    return [`${what}: the ${name} is ${ms(withThem)} with a hostile person and ${ms(without)} without.`];
  });
}

export function describeWindows(what: string, windows: Windows): string {
  const tell = (values: readonly number[]) => `median ${ms(quantile(values, 0.5))}, p99 ${ms(quantile(values, 0.99))}`;
  return `${what}: ${tell(windows.without)} without a hostile person (${windows.without.length}), ${tell(windows.with)} with (${windows.with.length})`;
}

const SHARES = { median: 0.5, p99: 0.99 };

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

function ms(value: number): string {
  return `${value.toFixed(1)} ms`;
}
