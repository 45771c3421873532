/** Lets work begin in turn, as long as what all of it takes together fits. What is larger than all goes alone. */
export class MemoryBudget {
  readonly #totalBytes: number;
  readonly #waiting: { bytes: number; begin: () => void }[] = [];
  #usedBytes = 0;

  constructor(totalBytes: number) {
    this.#totalBytes = totalBytes;
  }

  async run<Result>(bytes: number, work: () => Promise<Result>): Promise<Result> {
    await new Promise<void>((begin) => {
      this.#waiting.push({ bytes, begin });
      this.#letIn();
    });
    try {
      return await work();
    } finally {
      this.#usedBytes -= bytes;
      this.#letIn();
    }
  }

  /** In order: what is small does not keep what is large waiting for ever. */
  #letIn(): void {
    for (let next = this.#waiting[0]; next; next = this.#waiting[0]) {
      if (this.#usedBytes > 0 && this.#usedBytes + next.bytes > this.#totalBytes) return;
      this.#waiting.shift();
      this.#usedBytes += next.bytes;
      next.begin();
    }
  }
}
