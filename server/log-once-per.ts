import { log } from "./log";

const lastAt = new Map<string, { at: number; skipped: number }>();
const KEYS_MAX = 1_000;

/**
 * Logs what may repeat many times a second: the first time at once, then at most once in `intervalMs` with the number
 * of times that it was left out.
 * @param key what counts as the same; at most 1,000 different ones are remembered.
 */
export function logOncePer(
  intervalMs: number,
  key: string,
  level: "info" | "warn" | "error",
  about: Record<string, unknown>,
  message: string,
): void {
  const now = performance.now();
  const last = lastAt.get(key);
  if (last && now - last.at < intervalMs) {
    last.skipped++;
    return;
  }
  if (!last && lastAt.size >= KEYS_MAX) lastAt.clear();
  lastAt.set(key, { at: now, skipped: 0 });
  log[level](last && last.skipped > 0 ? { ...about, repeated: last.skipped } : about, message);
}
