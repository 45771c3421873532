import type { Connection } from "./connection";
import { type Rate, TokenBucket } from "./token-bucket";

/** The rate is made for those who talk: most only listen. */
type UserSockets = { connections: Connection[]; chat: TokenBucket | undefined };

/** Every connection of this process, by user; and what a user's connections share: how fast they may talk. */
export class Connections {
  readonly #users = new Map<string, UserSockets>();
  readonly #chatRate: Rate;
  /** Rates of users who have no connection just now: coming back must not refill them. */
  readonly #resting = new Map<string, TokenBucket>();
  #size = 0;

  constructor(chatRate: Rate) {
    this.#chatRate = chatRate;
  }

  get size(): number {
    return this.#size;
  }

  countOf(userId: string): number {
    return this.#users.get(userId)?.connections.length ?? 0;
  }

  add(connection: Connection): void {
    this.#size++;
    const userId = connection.viewer.id;
    const user = this.#users.get(userId);
    if (user) user.connections.push(connection);
    else this.#users.set(userId, { connections: [connection], chat: this.#takeResting(userId) });
  }

  remove(connection: Connection): void {
    const userId = connection.viewer.id;
    const user = this.#users.get(userId);
    const index = user?.connections.indexOf(connection) ?? -1;
    if (!user || index === -1) return;
    this.#size--;
    user.connections.splice(index, 1);
    if (user.connections.length > 0) return;
    this.#users.delete(userId);
    if (user.chat) this.#resting.set(userId, user.chat);
  }

  chatRate(userId: string): TokenBucket {
    const user = this.#users.get(userId);
    const chat = user?.chat ?? this.#takeResting(userId) ?? new TokenBucket(this.#chatRate, Date.now());
    if (user) user.chat = chat;
    return chat;
  }

  of(userId: string): readonly Connection[] {
    return [...(this.#users.get(userId)?.connections ?? [])];
  }

  *[Symbol.iterator](): Iterator<Connection> {
    for (const { connections } of this.#users.values()) yield* connections;
  }

  /** Forgets the rates that are full again. */
  sweep(now: number): void {
    for (const [userId, bucket] of this.#resting) if (bucket.isFull(now)) this.#resting.delete(userId);
  }

  #takeResting(userId: string): TokenBucket | undefined {
    const resting = this.#resting.get(userId);
    this.#resting.delete(userId);
    return resting;
  }
}
