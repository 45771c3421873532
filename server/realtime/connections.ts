import type { Connection } from "./connection";

/** Every connection of this process, by user. */
export class Connections {
  readonly #users = new Map<string, Connection[]>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  countOf(userId: string): number {
    return this.#users.get(userId)?.length ?? 0;
  }

  add(connection: Connection): void {
    this.#size++;
    const userId = connection.viewer.id;
    const others = this.#users.get(userId);
    if (others) others.push(connection);
    else this.#users.set(userId, [connection]);
  }

  remove(connection: Connection): void {
    const userId = connection.viewer.id;
    const connections = this.#users.get(userId);
    const index = connections?.indexOf(connection) ?? -1;
    if (!connections || index === -1) return;
    this.#size--;
    connections.splice(index, 1);
    if (connections.length === 0) this.#users.delete(userId);
  }

  of(userId: string): readonly Connection[] {
    return [...(this.#users.get(userId) ?? [])];
  }

  *[Symbol.iterator](): Iterator<Connection> {
    for (const connections of this.#users.values()) yield* connections;
  }
}
