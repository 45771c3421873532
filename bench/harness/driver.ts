import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";

const SOURCE = join(import.meta.dirname, "../driver");
const BUILD = join(import.meta.dirname, "../build");
const PROGRAM = join(BUILD, "driver");

/** Source addresses 127.0.0.2 and following: each has its own 28,000 ports. */
const SOURCE_ADDRESSES = 16;
/** Handshakes under way at once; below the backlog of every server that is measured. */
const IN_FLIGHT = 400;

export const BODY_BYTES = 200;

export type Dialect = "adda" | "plain" | "socketio";

export type Load = { warmUp: number; seconds: number } & ({ window: number } | { rate: number });

export type Percentiles = { count: number; p50: number; p90: number; p99: number; p999: number; max: number };

export type Driven = {
  /** The beginning of every body of this load: finds its rows. */
  mark: string;
  seconds: number;
  /** Within the measured time. */
  sent: number;
  acked: number;
  deliveries: number;
  /** Share of one core that the driver itself used. */
  driverCpu: number;
  /** Warm-up, measured time and what was still under way after it. */
  total: { sent: number; acked: number; deliveries: number; expected: number; refused: number; lost: number };
  /** Milliseconds from the moment that a message was due (closed loop: was sent) to a member, and to its sender. */
  heardMs: Percentiles;
  ackedMs: Percentiles;
};

export type Connected = {
  sockets: number;
  joined: number;
  failed: number;
  lost: number;
  missed: number;
  closeCode: number;
  ms: number;
};

/** Compiles the driver with the system's C compiler. */
export function compileDriver(): void {
  mkdirSync(BUILD, { recursive: true });
  const files = readdirSync(SOURCE).filter((name) => name.endsWith(".c"));
  execFileSync("cc", ["-O2", "-Wall", "-o", PROGRAM, ...files.map((name) => join(SOURCE, name))], { stdio: "inherit" });
}

/** The C program that holds all the sockets of a run. */
export class Driver {
  readonly #child;
  #heard: (event: { event: string }) => void = () => undefined;
  #ended: (reason: Error) => void = () => undefined;

  constructor(dialect: Dialect, port: number, planFile: string) {
    this.#child = spawn(PROGRAM, [dialect, String(port), planFile, String(SOURCE_ADDRESSES)], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    createInterface(this.#child.stdout).on("line", (line) => this.#heard(JSON.parse(line)));
    this.#child.once("exit", (code) => this.#ended(new Error(`The driver ended (${code}).`)));
  }

  /** Connects and joins everybody. */
  async connect(): Promise<Connected> {
    const connected = await this.#ask<Connected>(`connect ${IN_FLIGHT}`, "connected");
    if (connected.joined < connected.sockets) {
      throw new Error(
        `Only ${connected.joined} of ${connected.sockets} sockets joined (${connected.failed} failures).`,
      );
    }
    return connected;
  }

  /** The same from each socket's cursor, as clients do after a restart. */
  return(): Promise<Connected> {
    return this.#ask<Connected>(`return ${IN_FLIGHT}`, "connected");
  }

  state(): Promise<Connected> {
    return this.#ask<Connected>("state", "state");
  }

  /** Sends, calling back as the measured time begins and as it ends. */
  load(load: Load, on: { measuring: () => void; measured: () => void }): Promise<Driven> {
    const how = "window" in load ? `closed ${load.window}` : `open ${load.rate}`;
    return this.#ask<Driven>(`${how} ${load.warmUp} ${load.seconds} ${BODY_BYTES}`, "result", on);
  }

  async stop(): Promise<void> {
    await this.#ask("drop", "dropped");
    const exited = new Promise((resolve) => this.#child.once("exit", resolve));
    this.#ended = () => undefined;
    this.#child.stdin.end();
    await exited;
  }

  kill(): void {
    this.#child.kill("SIGKILL");
  }

  #ask<Answer>(command: string, answer: string, on?: { measuring: () => void; measured: () => void }) {
    return new Promise<Answer>((resolve, reject) => {
      this.#ended = reject;
      this.#heard = (event) => {
        if (event.event === "measuring" || event.event === "measured") on?.[event.event]();
        if (event.event === answer) resolve(event as Answer);
      };
      this.#child.stdin.write(`${command}\n`);
    });
  }
}
