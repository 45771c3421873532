/** By room, the keys of what is being put together there and belongs to no message yet. */
export class Drafts {
  readonly #keys = new Map<string, readonly string[]>();

  add(roomId: string, ...keys: readonly string[]): void {
    this.#keys.set(roomId, [...(this.#keys.get(roomId) ?? []), ...keys]);
  }

  /** Takes all of a room's. */
  take(roomId: string): readonly string[] {
    const keys = this.#keys.get(roomId) ?? [];
    this.#keys.delete(roomId);
    return keys;
  }

  /** Takes these out, wherever they are. */
  drop(keys: readonly string[]): void {
    for (const [roomId, drafts] of this.#keys) {
      const left = drafts.filter((key) => !keys.includes(key));
      if (left.length < drafts.length) this.#keys.set(roomId, left);
    }
  }

  snapshot(): ReadonlyMap<string, readonly string[]> {
    return new Map(this.#keys);
  }
}
