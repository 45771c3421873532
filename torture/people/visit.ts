import { setTimeout as sleep } from "node:timers/promises";
import type { Deployment } from "../deployment/deployment";
import type { Abandoned } from "../history/events";
import type { Random } from "../random";
import { SocketReader } from "./socket-reader";
import type { Town } from "./town";

const POLL_MS = 50;

type Ground = { deployment: Deployment; town: Town; random: Random; name: string };

/** Somebody looks into a room at every process and goes: nobody is there afterwards, and nobody comes again. */
export class Visit {
  readonly #name: string;
  readonly #roomId: string;
  readonly #deployment: Deployment;
  readonly #visitors: readonly SocketReader[];
  #leftAt = 0;

  private constructor(name: string, roomId: string, deployment: Deployment, visitors: SocketReader[]) {
    this.#name = name;
    this.#roomId = roomId;
    this.#deployment = deployment;
    this.#visitors = visitors;
  }

  static async begin({ deployment, town, random, name }: Ground): Promise<Visit> {
    const roomName = `alley of ${name}`;
    const roomId = await town.addRoom(roomName);
    const person = await town.addPerson(name);
    const visitors = deployment.fronts.map(
      (_, index) =>
        new SocketReader({
          name,
          person,
          rooms: [roomId],
          random,
          record: () => {},
          door: () => deployment.door(index),
        }),
    );
    for (const { line } of visitors) line.start();
    return new Visit(roomName, roomId, deployment, visitors);
  }

  /** Resolves when everybody was there and is gone. */
  async end(): Promise<void> {
    while (!this.#visitors.every(({ hasJoined }) => hasJoined)) await sleep(POLL_MS);
    this.#leave();
  }

  /** Whoever is still there goes now. Then waits until so long after the leaving, and counts the processes that listen. */
  async judge(afterMs: number): Promise<Abandoned> {
    if (this.#leftAt === 0) this.#leave();
    await sleep(Math.max(0, this.#leftAt + afterMs - performance.now()));
    // A timer may fire a fraction of a millisecond early.
    const leftForMs = Math.max(afterMs, performance.now() - this.#leftAt);
    const subscribers = (await this.#deployment.redis?.countSubscribers(`adda:room:${this.#roomId}`)) ?? 0;
    return { name: this.#name, leftForMs, subscribers };
  }

  #leave(): void {
    for (const { line } of this.#visitors) line.stop();
    this.#leftAt = performance.now();
  }
}
