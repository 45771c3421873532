/** Who takes them. A method, and no closure: there is one for each socket. */
type Taker<Thing> = {
  /** @returns a promise, which never rejects, when what comes after must wait for it. */
  take(thing: Thing): Promise<void> | undefined;
};

/** Things that take effect in the order in which they came: while one must wait, those after it do. */
export class Turns<Thing> {
  readonly #taker: Taker<Thing>;
  readonly #waitingMax: number;
  #waiting: Thing[] | undefined;

  constructor(taker: Taker<Thing>, { waitingMax }: { waitingMax: number }) {
    this.#taker = taker;
    this.#waitingMax = waitingMax;
  }

  /** @returns false when too many wait already. */
  add(thing: Thing): boolean {
    if (this.#waiting) {
      if (this.#waiting.length >= this.#waitingMax) return false;
      this.#waiting.push(thing);
      return true;
    }
    const taken = this.#taker.take(thing);
    if (taken !== undefined) void this.#takeAllAfter(taken);
    return true;
  }

  async #takeAllAfter(taken: Promise<void>): Promise<void> {
    const waiting: Thing[] = [];
    this.#waiting = waiting;
    await taken;
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await this.#taker.take(next);
    this.#waiting = undefined;
  }
}
