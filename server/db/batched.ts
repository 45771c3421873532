import { setImmediate as nextTurn, setTimeout as pause } from "node:timers/promises";

/** After a query for n keys the next waits this long for each key but the first, at most so long, for as many more. */
const GATHER_MS_PER_KEY = 1;
const GATHER_MAX_MS = 20;

/**
 * Turns a query for many keys into a load of one key. One query is in flight at a time; what is asked in one
 * turn of the event loop, or while a query is in flight, goes together in the next. Under a storm of reconnects
 * the batches grow by themselves: the number of queries is bound by the time that it takes, not by its sockets.
 * What is asked alone never waits for more.
 *
 * A key that `loadMany` leaves out of its map loads as `undefined`. A query that fails, fails every
 * load of its batch and none of the next.
 */
export function batched<Key extends string | number, Value>(
  loadMany: (keys: Key[]) => Promise<Map<Key, Value>>,
  { batchMax = 1_000 }: { batchMax?: number } = {},
): (key: Key) => Promise<Value | undefined> {
  let waiting = new Map<Key, Load<Value>>();
  let busy = false;

  return (key) => {
    const asked = waiting.get(key);
    if (asked) return asked.promise;
    const load = newLoad<Value>();
    waiting.set(key, load);
    if (!busy) void drain();
    return load.promise;
  };

  async function drain(): Promise<void> {
    busy = true;
    await nextTurn();
    while (waiting.size > 0) {
      const batch = takeBatch();
      try {
        const found = await loadMany([...batch.keys()]);
        for (const [key, load] of batch) load.resolve(found.get(key));
      } catch (error) {
        for (const load of batch.values()) load.reject(error);
      }
      if (batch.size > 1) await pause(Math.min((batch.size - 1) * GATHER_MS_PER_KEY, GATHER_MAX_MS));
      else await nextTurn();
    }
    busy = false;
  }

  function takeBatch(): Map<Key, Load<Value>> {
    const all = waiting;
    if (all.size <= batchMax) {
      waiting = new Map();
      return all;
    }
    const batch = new Map([...all].slice(0, batchMax));
    for (const key of batch.keys()) all.delete(key);
    return batch;
  }
}

type Load<Value> = {
  promise: Promise<Value | undefined>;
  resolve(value: Value | undefined): void;
  reject(error: unknown): void;
};

function newLoad<Value>(): Load<Value> {
  let resolve: Load<Value>["resolve"] = () => undefined;
  let reject: Load<Value>["reject"] = () => undefined;
  const promise = new Promise<Value | undefined>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}
