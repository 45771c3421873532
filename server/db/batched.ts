import { setImmediate as nextTurn, setTimeout as pause } from "node:timers/promises";

/** After a query for n keys the next waits this long for each key but the first, at most so long, for as many more. */
const GATHER_MS_PER_KEY = 1;
const GATHER_MAX_MS = 20;

/**
 * Turns a query for many keys into a load of one key. One query is in flight at a time; what is asked in one
 * turn of the event loop, or while a query is in flight, goes together in the next. Under a storm of reconnects
 * the batches grow by themselves: the number of queries is bound by the time that it takes, not by its sockets.
 * What is asked alone waits for nobody, but for a moment after a query for many.
 *
 * A key that `loadMany` leaves out of its map loads as `undefined`. A query that fails, fails every
 * load of its batch and none of the next.
 */
export function batched<Key extends string | number, Value>(
  loadMany: (keys: Key[]) => Promise<Map<Key, Value>>,
  { batchMax = 1_000 }: { batchMax?: number } = {},
): (key: Key) => Promise<Value | undefined> {
  /** The last one still takes keys. */
  const waiting: Batch<Key, Value>[] = [];
  let busy = false;

  return (key) => {
    const batch = openBatch();
    batch.keys.add(key);
    if (!busy) void drain();
    return batch.found.then((found) => found.get(key));
  };

  function openBatch(): Batch<Key, Value> {
    const last = waiting.at(-1);
    if (last && last.keys.size < batchMax) return last;
    const batch = new Batch<Key, Value>();
    waiting.push(batch);
    return batch;
  }

  async function drain(): Promise<void> {
    busy = true;
    await nextTurn();
    for (let batch = waiting.shift(); batch; batch = waiting.shift()) {
      const keys = [...batch.keys];
      try {
        batch.resolve(await loadMany(keys));
      } catch (error) {
        batch.reject(error);
      }
      if (keys.length > 1) await pause(Math.min((keys.length - 1) * GATHER_MS_PER_KEY, GATHER_MAX_MS));
      else await nextTurn();
    }
    busy = false;
  }
}

class Batch<Key, Value> {
  readonly keys = new Set<Key>();
  readonly found: Promise<Map<Key, Value>>;
  resolve!: (found: Map<Key, Value>) => void;
  reject!: (error: unknown) => void;

  constructor() {
    this.found = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }
}
