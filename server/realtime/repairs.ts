import type { Backplane } from "@/server/backplane/backplane";
import { log } from "@/server/log";
import type { Connection } from "./connection";
import type { Hub } from "./hub";

/**
 * How often the database is asked what was said, while other processes cannot be heard and while they can.
 * One process alone asks too: a commit whose answer was lost told nobody.
 */
const POLL_INTERVAL_MS = 1_000;
const AUDIT_INTERVAL_MS = 15_000;
/**
 * Three of these fit into the time after which a silent process's people are forgotten, and that time with one
 * more, for it is looked at only then, into the promised 30 seconds.
 */
const ROSTER_INTERVAL_MS = 7_000;

/** Makes good what the backplane may lose: messages, rosters, and the word that a right has ended. */
export class Repairs {
  readonly #hub: Hub;
  readonly #timers: ReturnType<typeof setInterval>[];
  readonly #unsubscribe: () => void;
  #isCatchingUp = false;

  constructor(
    backplane: Backplane,
    hub: Hub,
    connections: Iterable<Connection>,
    auditIntervalMs: number = AUDIT_INTERVAL_MS,
  ) {
    this.#hub = hub;
    this.#timers = [setInterval(() => void this.#catchUp(), auditIntervalMs)];
    if (backplane.isShared) {
      this.#timers.push(
        setInterval(() => backplane.isConnected || void this.#catchUp(), POLL_INTERVAL_MS),
        setInterval(() => hub.sweep(Date.now()), ROSTER_INTERVAL_MS),
      );
    }
    this.#unsubscribe = backplane.onConnection((isConnected) => {
      if (!isConnected) return;
      hub.sweep(Date.now());
      void this.#catchUp();
      for (const connection of connections) void connection.recheck();
    });
  }

  stop(): void {
    for (const timer of this.#timers) clearInterval(timer);
    this.#unsubscribe();
  }

  async #catchUp(): Promise<void> {
    if (this.#isCatchingUp) return;
    this.#isCatchingUp = true;
    try {
      await this.#hub.catchUp();
    } catch (error) {
      log.warn({ err: error }, "The rooms could not be brought up to the database; trying again.");
    }
    this.#isCatchingUp = false;
  }
}
