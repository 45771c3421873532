/** Waits that end early when there is reason to. */
export class Waits {
  readonly #ends = new Set<() => void>();

  /** Resolves after so long, or with `endAll`. @throws the signal's reason when it is aborted. */
  wait(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const leave = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", abort);
        this.#ends.delete(end);
      };
      const end = () => {
        leave();
        resolve();
      };
      const abort = () => {
        leave();
        reject(signal.reason);
      };
      const timer = setTimeout(end, ms);
      this.#ends.add(end);
      signal.addEventListener("abort", abort);
    });
  }

  endAll(): void {
    for (const end of [...this.#ends]) end();
  }
}
