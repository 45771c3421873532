import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Answer } from "./messages";

const require = createRequire(import.meta.url);
const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const CHILD = fileURLToPath(new URL("./child.ts", import.meta.url));

const START_MAX_MS = 30_000;
const HEAP_MAX_MB = 256;
/** The kernel refuses more: for what is taken faster than the watch looks. Node needs a part of it before it does anything. */
const DATA_MAX_KB = 2 * 1024 * 1024;
/** Of a whole life. A child that loops when its server is killed ends by this. */
const CPU_MAX_S = 900;
const WATCH_MS = 50;
const PAGE_BYTES = 4_096;
/** Memory that a child keeps after a task is given back by starting another child. */
const RESIDENT_MAX_BYTES = 256 * 1024 * 1024;
const LAST_WORDS_MAX = 2_000;

/** The child process ended in the middle of a task: by itself, or because it took too much time or memory. */
export class ParserDied extends Error {
  override name = "ParserDied";
  constructor(
    message: string,
    /** True when we ended it: the same task would take too much again. */
    readonly isOverLimit: boolean,
  ) {
    super(message);
  }
}

/** @param memoryBytes how much the task may add to the child's resident memory. */
export type TaskLimits = { timeoutMs: number; memoryBytes: number };

/** One child process, with one task at a time. */
export class Parser {
  readonly #child: ChildProcess;
  readonly #exited: Promise<string>;
  #lastWords = "";

  private constructor(tasksPath: string | undefined) {
    this.#child = spawnLimited(tasksPath);
    this.#child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#lastWords = (this.#lastWords + text).slice(-LAST_WORDS_MAX);
    });
    this.#exited = new Promise((resolve) => {
      this.#child.on("error", (error) => resolve(error.message));
      this.#child.once("close", (code, signal) => resolve(`It ended with ${signal ?? code}.`));
    });
  }

  /** @throws Error when it does not start: no fault of a task. */
  static async start(tasksPath?: string): Promise<Parser> {
    const parser = new Parser(tasksPath);
    const ended = parser.#exited.then((how) => Promise.reject(new Error(`${how} ${parser.#lastWords}`)));
    const timer = setTimeout(() => parser.kill(), START_MAX_MS);
    try {
      await Promise.race([parser.#next(), ended]);
      return parser;
    } finally {
      clearTimeout(timer);
      parser.#rest();
    }
  }

  get isAlive(): boolean {
    return this.#child.connected && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** True when it holds so much memory that another should take its place. */
  get isWornOut(): boolean {
    return (this.#residentBytes() ?? 0) > RESIDENT_MAX_BYTES;
  }

  /** @throws ParserDied, or what the task threw, by its name, message and field. */
  async run(name: string, input: unknown, { timeoutMs, memoryBytes }: TaskLimits): Promise<unknown> {
    let exceeded: string | null = null;
    const end = (reason: string) => {
      exceeded = reason;
      this.kill();
    };
    const memoryMax = (this.#residentBytes() ?? 0) + memoryBytes;
    const timer = setTimeout(() => end(`It took more than ${timeoutMs} ms.`), timeoutMs);
    const watch = setInterval(() => {
      if ((this.#residentBytes() ?? 0) > memoryMax) end(`It took more than ${memoryBytes} bytes of memory.`);
    }, WATCH_MS);
    this.#child.ref();
    this.#child.channel?.ref();
    const died = this.#exited.then((how) => {
      throw new ParserDied(`${exceeded ?? how} ${this.#lastWords}`.trim(), exceeded !== null);
    });
    try {
      const answered = this.#next();
      this.#child.send({ name, input }, () => {});
      const answer = await Promise.race([answered, died]);
      if (answer === "ready") throw new Error("A child process is ready once.");
      if ("error" in answer) throw Object.assign(new Error(answer.error.message), answer.error);
      return answer.value;
    } finally {
      clearTimeout(timer);
      clearInterval(watch);
      this.#rest();
    }
  }

  kill(): void {
    this.#child.kill("SIGKILL");
  }

  #next(): Promise<Answer> {
    return new Promise((resolve) => this.#child.once("message", (message) => resolve(message as Answer)));
  }

  /** It keeps nobody from ending. */
  #rest(): void {
    this.#child.removeAllListeners("message");
    this.#child.unref();
    this.#child.channel?.unref();
    const { stderr } = this.#child as { stderr: { unref?(): void } | null };
    stderr?.unref?.();
  }

  /** @returns null where the system does not tell, or no such process is there any more. */
  #residentBytes(): number | null {
    try {
      return Number(readFileSync(`/proc/${this.#child.pid}/statm`, "utf8").split(" ")[1]) * PAGE_BYTES;
    } catch {
      return null;
    }
  }
}

/** None of our secrets goes along, and where there is a shell, the kernel's own limits do. */
function spawnLimited(tasksPath: string | undefined): ChildProcess {
  const { PATH, HOME, TMPDIR, NODE_ENV } = process.env;
  const loader = pathToFileURL(require.resolve("tsx")).href;
  const args = ["--import", loader, `--max-old-space-size=${HEAP_MAX_MB}`, CHILD, ...(tasksPath ? [tasksPath] : [])];
  const limits = Object.entries({ d: DATA_MAX_KB, t: CPU_MAX_S, c: 0 })
    .map(([what, most]) => `ulimit -${what} ${most} 2>/dev/null;`)
    .join(" ");
  const [file, argv] =
    process.platform === "linux"
      ? ["/bin/sh", ["-c", `${limits} exec "$0" "$@"`, process.execPath, ...args]]
      : [process.execPath, args];
  return spawn(file, argv, {
    cwd: ROOT,
    env: { PATH, HOME, TMPDIR, NODE_ENV },
    stdio: ["ignore", "ignore", "pipe", "ipc"],
    serialization: "advanced",
  });
}
