import { log } from "@/server/log";
import { Queue } from "@/server/queue";
import { Parser, ParserDied, type TaskLimits } from "./parser";
import type { Input, Output, TaskName } from "./tasks";

/** A child that has nothing to do ends, and gives its memory back. */
const IDLE_MAX_MS = 30_000;
const WAITING_MAX = 500;
const MEBIBYTE = 1024 * 1024;

/** The slowest and the largest that a task is worth. A picture's memory is counted before it is decoded. */
const LIMITS: Record<string, TaskLimits> = {
  sniff: { timeoutMs: 15_000, memoryBytes: 128 * MEBIBYTE },
  metadata: { timeoutMs: 15_000, memoryBytes: 128 * MEBIBYTE },
  measurePicture: { timeoutMs: 20_000, memoryBytes: 192 * MEBIBYTE },
  picture: { timeoutMs: 90_000, memoryBytes: 1024 * MEBIBYTE },
  poster: { timeoutMs: 20_000, memoryBytes: 256 * MEBIBYTE },
  stripMetadata: { timeoutMs: 60_000, memoryBytes: 256 * MEBIBYTE },
  firstPage: { timeoutMs: 15_000, memoryBytes: 448 * MEBIBYTE },
};

/**
 * Does what has to be done with untrusted content in a few child processes: one that crashes, loops or takes too much
 * memory is replaced, its task fails, and nothing else notices.
 */
export class Parsers {
  readonly #queue: Queue;
  readonly #tasksPath: string | undefined;
  readonly #limits: Record<string, TaskLimits>;
  readonly #idle: { parser: Parser; timer: ReturnType<typeof setTimeout> }[] = [];
  readonly #busy = new Set<Parser>();
  #isClosed = false;

  /** @param options.tasksPath the module of tasks, of a test's own. */
  constructor({ atOnce = 3, tasksPath = undefined as string | undefined, limits = LIMITS } = {}) {
    this.#queue = new Queue(atOnce, WAITING_MAX);
    this.#tasksPath = tasksPath;
    this.#limits = limits;
  }

  /**
   * @param memoryBytes instead of what the task may take in general.
   * @throws ParserDied when its child process ended, twice where the task may not be to blame; QueueFull; or what the
   * task threw.
   */
  run<Name extends TaskName>(name: Name, input: Input<Name>, memoryBytes?: number): Promise<Output<Name>> {
    const limits = this.#limits[name];
    if (!limits) throw new Error(`${name} has no limits.`);
    const all = { ...limits, ...(memoryBytes && { memoryBytes }) };
    return this.#queue.run(async () => {
      try {
        return await this.#runOnce(name, input, all);
      } catch (error) {
        // Somebody else may have ended it, such as the kernel when memory was short.
        if (!(error instanceof ParserDied) || error.isOverLimit || this.#isClosed) throw error;
        return this.#runOnce(name, input, all);
      }
    }) as Promise<Output<Name>>;
  }

  close(): void {
    this.#isClosed = true;
    for (const { parser, timer } of this.#idle.splice(0)) {
      clearTimeout(timer);
      parser.kill();
    }
    for (const parser of this.#busy) parser.kill();
  }

  async #runOnce(name: string, input: unknown, limits: TaskLimits): Promise<unknown> {
    const parser = this.#takeIdle() ?? (await Parser.start(this.#tasksPath));
    this.#busy.add(parser);
    try {
      return await parser.run(name, input, limits);
    } catch (error) {
      if (error instanceof ParserDied)
        log.warn({ task: name, reason: error.message }, "A task on untrusted content failed.");
      throw error;
    } finally {
      this.#busy.delete(parser);
      this.#putBack(parser);
    }
  }

  #takeIdle(): Parser | null {
    for (let found = this.#idle.pop(); found; found = this.#idle.pop()) {
      clearTimeout(found.timer);
      if (found.parser.isAlive) return found.parser;
    }
    return null;
  }

  #putBack(parser: Parser): void {
    if (this.#isClosed || !parser.isAlive || parser.isWornOut) return parser.kill();
    const timer = setTimeout(() => {
      this.#idle.splice(
        this.#idle.findIndex((one) => one.parser === parser),
        1,
      );
      parser.kill();
    }, IDLE_MAX_MS);
    timer.unref();
    this.#idle.push({ parser, timer });
  }
}
