/** Runs a few things at once, and the others in the order in which they came. */
export class Slots {
  readonly #count: number;
  readonly #run: (key: string) => Promise<void>;
  #waiting: string[] = [];
  #running = 0;

  /** @param run must not reject. */
  constructor(count: number, run: (key: string) => Promise<void>) {
    this.#count = count;
    this.#run = run;
  }

  add(key: string): void {
    if (!this.#waiting.includes(key)) this.#waiting.push(key);
    this.#next();
  }

  /** Takes out what has not begun. */
  remove(key: string): void {
    this.#waiting = this.#waiting.filter((other) => other !== key);
  }

  clear(): void {
    this.#waiting = [];
  }

  #next(): void {
    while (this.#running < this.#count) {
      const key = this.#waiting.shift();
      if (key === undefined) return;
      this.#running++;
      void this.#run(key).finally(() => {
        this.#running--;
        this.#next();
      });
    }
  }
}
