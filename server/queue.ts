/** More waits than anybody would wait for. */
export class QueueFull extends Error {
  override name = "QueueFull";
}

/** Runs so many pieces of work at once; the others wait for their turn. */
export class Queue {
  readonly #atOnce: number;
  readonly #waitingMax: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(atOnce: number, waitingMax: number) {
    this.#atOnce = atOnce;
    this.#waitingMax = waitingMax;
  }

  /** @throws QueueFull */
  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#running >= this.#atOnce) {
      if (this.#waiting.length >= this.#waitingMax) throw new QueueFull("Too many wait already.");
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else this.#running++;
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running--;
    }
  }
}

/** A queue in which nobody takes all the places: each key's work runs so many at once, and waits behind its own. */
export class SharedQueue {
  readonly #all: Queue;
  readonly #each: { atOnce: number; waitingMax: number };
  readonly #own = new Map<string, { queue: Queue; count: number }>();

  constructor(all: { atOnce: number; waitingMax: number }, each: { atOnce: number; waitingMax: number }) {
    this.#all = new Queue(all.atOnce, all.waitingMax);
    this.#each = each;
  }

  /** @throws QueueFull */
  async run<Result>(key: string, work: () => Promise<Result>): Promise<Result> {
    const own = this.#own.get(key) ?? { queue: new Queue(this.#each.atOnce, this.#each.waitingMax), count: 0 };
    this.#own.set(key, own);
    own.count++;
    try {
      return await own.queue.run(() => this.#all.run(work));
    } finally {
      if (--own.count === 0) this.#own.delete(key);
    }
  }
}
