/** Renderings of one account that go on at once. Each takes the event loop from everybody for milliseconds at a time. */
const AT_ONCE = 2;
/** A reader that takes its page slowly does not keep its person from opening another one. */
const HELD_MAX_MS = 2_000;

type Line = { rendering: number; waiting: (() => void)[] };

/** Lets each account render a few pages at once; the next ones wait for their turn. */
export class PageSlots {
  readonly #lines = new Map<string, Line>();

  /** Resolves when it is this page's turn. @returns what ends the turn; it ends by itself after a while. */
  async enter(account: string): Promise<() => void> {
    const line = this.#lines.get(account) ?? { rendering: 0, waiting: [] };
    this.#lines.set(account, line);
    if (line.rendering < AT_ONCE) line.rendering++;
    else await new Promise<void>((resolve) => line.waiting.push(resolve));

    let hasLeft = false;
    const leave = () => {
      clearTimeout(timer);
      if (!hasLeft) this.#leave(account, line);
      hasLeft = true;
    };
    const timer = setTimeout(leave, HELD_MAX_MS);
    return leave;
  }

  /** The turn goes to the page that waits longest. */
  #leave(account: string, line: Line): void {
    const next = line.waiting.shift();
    if (next) return next();
    line.rendering--;
    if (line.rendering === 0) this.#lines.delete(account);
  }
}
