/** What was opened and is to be closed, the latest first. */
export class Closing {
  readonly #ends: (() => Promise<void>)[] = [];

  add(end: () => Promise<void>): void {
    this.#ends.push(end);
  }

  /** Closes everything, also when one of them fails; that failure is told to `onError`. */
  async close(onError: (error: unknown) => void): Promise<void> {
    for (let end = this.#ends.pop(); end; end = this.#ends.pop()) {
      try {
        await end();
      } catch (error) {
        onError(error);
      }
    }
  }
}
