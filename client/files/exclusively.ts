/**
 * Runs one thing of a name at a time among all tabs of this browser. Over plain http a browser has no locks: then each
 * tab works for itself, which costs bytes and loses nothing.
 */
export async function exclusively<Result>(
  name: string,
  signal: AbortSignal,
  run: () => Promise<Result>,
): Promise<Result> {
  if (typeof navigator === "undefined" || !navigator.locks) return run();
  return navigator.locks.request(name, { signal }, run) as Promise<Result>;
}
