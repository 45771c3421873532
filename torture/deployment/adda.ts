import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Child, spawnChild } from "./child";
import { ROOT } from "./root";

const POLL_MS = 100;
const RESTART_DELAY_MS = 300;
/** Far longer than a start takes, also while the database is away or the pages are built. */
const START_MAX_MS = 180_000;
/** A drain that takes longer is ended. */
const DRAIN_MAX_MS = 60_000;

type Options = {
  name: string;
  port: number;
  env: NodeJS.ProcessEnv;
  /** For `plants/serve.ts`. */
  args: readonly string[];
  logPath: string;
  /** Told when it ends although nobody ended it, or ends badly when asked. */
  onSurprise(what: string): void;
};

/** One process of Adda under a supervisor, as an operator runs it: one that ends is started again. */
export class Adda {
  readonly name: string;
  readonly port: number;
  readonly #options: Options;
  #child: Child | null = null;
  #isWanted = false;
  #isReady = false;

  constructor(options: Options) {
    this.name = options.name;
    this.port = options.port;
    this.#options = options;
  }

  /** Resolves when it serves. Does nothing more when it runs. @throws Error when it does not come to serve. */
  async start(): Promise<void> {
    this.#isWanted = true;
    if (!this.#child) this.#spawn();
    const deadline = performance.now() + START_MAX_MS;
    while (this.#isWanted && !this.#isReady) {
      this.#isReady = await this.#answers();
      if (!this.#isReady && performance.now() > deadline) {
        throw new Error(`${this.name} does not start: see ${this.#options.logPath}.`);
      }
      if (!this.#isReady) await sleep(POLL_MS);
    }
  }

  /** `kill -9`. */
  async kill(): Promise<void> {
    await this.#end("SIGKILL");
  }

  suspend(): void {
    this.#child?.kill("SIGSTOP");
  }

  resume(): void {
    this.#child?.kill("SIGCONT");
  }

  /** SIGTERM, as for a deploy: it has to end by itself, and well. @returns how long it took. */
  async drain(): Promise<number> {
    const startedAt = performance.now();
    const timer = setTimeout(() => this.#child?.kill("SIGKILL"), DRAIN_MAX_MS);
    const ended = await this.#end("SIGTERM");
    clearTimeout(timer);
    if (ended && ended.code !== 0) this.#options.onSurprise(`${this.name} ended with ${tell(ended)} after SIGTERM`);
    return performance.now() - startedAt;
  }

  get pid(): number | null {
    return this.#child?.pid ?? null;
  }

  async #end(signal: NodeJS.Signals) {
    this.#isWanted = false;
    this.#isReady = false;
    const child = this.#child;
    child?.kill(signal);
    return child?.ended;
  }

  #spawn(): void {
    const { env, args, logPath } = this.#options;
    const script = join(ROOT, args.length > 0 ? "torture/plants/serve.ts" : "server/main.ts");
    const child = spawnChild(process.execPath, ["--import", "tsx", script, ...args], { env, logPath });
    this.#child = child;
    void child.ended.then((ended) => {
      this.#child = null;
      if (!this.#isWanted) return;
      // Before it is ready it may end because its database is away: its supervisor tries again.
      if (this.#isReady) this.#options.onSurprise(`${this.name} ended by itself with ${tell(ended)}`);
      this.#isReady = false;
      setTimeout(() => this.#isWanted && !this.#child && this.#spawn(), RESTART_DELAY_MS);
    });
  }

  async #answers(): Promise<boolean> {
    try {
      const answer = await fetch(`http://127.0.0.1:${this.port}/api/ready`, { signal: AbortSignal.timeout(5_000) });
      return answer.ok;
    } catch {
      return false;
    }
  }
}

function tell({ code, signal }: { code: number | null; signal: NodeJS.Signals | null }): string {
  return signal ?? `exit code ${code}`;
}
