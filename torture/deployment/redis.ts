import { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { findRedisServer } from "@/test/run/programs";
import { type Child, spawnChild } from "./child";

const POLL_MS = 20;

/** A real Redis that keeps nothing, as pub/sub needs nothing kept. */
export class Redis {
  readonly port: number;
  readonly #logPath: string;
  #child: Child | null = null;

  constructor(port: number, logPath: string) {
    this.port = port;
    this.#logPath = logPath;
  }

  /** Resolves when it answers. Does nothing when it runs. */
  async start(): Promise<void> {
    if (this.#child) return;
    const program = findRedisServer();
    if (!program) throw new Error("Several processes need Redis: install redis-server, or say --processes=1.");
    const args = ["--port", String(this.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
    this.#child = spawnChild(program, args, { logPath: this.#logPath });
    while (!(await this.#answers())) await sleep(POLL_MS);
  }

  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    child?.kill("SIGKILL");
    await child?.ended;
  }

  /** How many connections are told of this topic. */
  async countSubscribers(topic: string): Promise<number> {
    const answer = await this.#ask(`PUBSUB NUMSUB ${topic}`);
    return Number(/:(\d+)\r\n$/.exec(answer)?.[1] ?? 0);
  }

  async #answers(): Promise<boolean> {
    return (await this.#ask("PING")).startsWith("+PONG");
  }

  /** @returns the short answer to a command; nothing when there is no answer. */
  #ask(command: string): Promise<string> {
    return new Promise((resolve) => {
      const socket = new Socket().connect(this.port, "127.0.0.1", () => socket.write(`${command}\r\n`));
      socket.once("data", (answer) => settle(answer.toString()));
      socket.once("error", () => settle(""));
      function settle(answer: string): void {
        socket.destroy();
        resolve(answer);
      }
    });
  }
}
