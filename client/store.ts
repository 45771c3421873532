/** A value that is replaced, never changed, and whose readers are told: what `useSyncExternalStore` takes. */
export type Store<Value> = {
  get(): Value;
  /** @returns the function that ends the subscription. */
  subscribe(listener: () => void): () => void;
};

export type WritableStore<Value> = Store<Value> & { set(value: Value): void };

export function createStore<Value>(initial: Value): WritableStore<Value> {
  let value = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => value,
    set(next) {
      if (Object.is(next, value)) return;
      value = next;
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
