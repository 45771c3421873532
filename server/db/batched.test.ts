import { expect, test } from "vitest";
import { batched } from "./batched";

test("what is asked in one turn of the event loop goes together, each key once", async () => {
  const db = slowTable({ a: 1, b: 2 });
  const load = batched(db.loadMany);

  const values = Promise.all([load("a"), load("b"), load("a")]);
  await nextTurn();
  expect(db.queries).toEqual([["a", "b"]]);
  db.answer();

  expect(await values).toEqual([1, 2, 1]);
});

test("one query is in flight; what is asked meanwhile, in whatever turn, goes together in the next", async () => {
  const db = slowTable({ a: 1, b: 2, c: 3 });
  const load = batched(db.loadMany);

  const values = [load("a")];
  await nextTurn();
  values.push(load("b"));
  await nextTurn();
  values.push(load("c"));
  await nextTurn();
  expect(db.queries).toEqual([["a"]]);
  db.answer();
  await values[0];
  await nextTurn();
  expect(db.queries).toEqual([["a"], ["b", "c"]]);
  db.answer();

  expect(await Promise.all(values)).toEqual([1, 2, 3]);
});

test("a storm is a few large queries", async () => {
  let queries = 0;
  const load = batched(async (keys: number[]) => {
    queries++;
    await nextTurn();
    return new Map(keys.map((key) => [key, key]));
  });

  const values: Promise<number | undefined>[] = [];
  for (let key = 0; key < 3_000; key++) {
    values.push(load(key));
    if (key % 3 === 0) await nextTurn();
  }
  expect(await Promise.all(values)).toEqual(values.map((_, key) => key));
  expect(queries).toBeLessThan(100);
});

test("who asks alone again and again waits for nobody", async () => {
  const db = slowTable({ a: 1 });
  const load = batched(db.loadMany);
  for (let round = 1; round <= 100; round++) {
    const value = load("a");
    await nextTurn();
    expect(db.queries.length).toBe(round);
    db.answer();
    await value;
    await nextTurn();
  }
});

test("a key that is not there loads as undefined", async () => {
  const load = batched(async () => new Map<string, number>());
  expect(await load("nobody")).toBeUndefined();
});

test("a key asked again while its query runs is read afresh", async () => {
  const db = slowTable({ a: 1 });
  const load = batched(db.loadMany);

  const before = load("a");
  await nextTurn();
  db.rows.a = 2;
  const after = load("a");
  expect(after).not.toBe(before);
  db.answer();
  await before;
  await nextTurn();
  db.answer();
  expect(await after).toBe(2);
});

test("a failing query fails its batch and none after it", async () => {
  let down = true;
  const load = batched(async (keys: string[]) => {
    if (down) throw new Error("the database is away");
    return new Map(keys.map((key) => [key, key.toUpperCase()]));
  });

  await expect(load("a")).rejects.toThrow("the database is away");
  down = false;
  expect(await load("a")).toBe("A");
});

test("a batch is no larger than its limit", async () => {
  const sizes: number[] = [];
  const load = batched(
    async (keys: number[]) => {
      sizes.push(keys.length);
      return new Map(keys.map((key) => [key, key]));
    },
    { batchMax: 2 },
  );

  const values = await Promise.all([1, 2, 3, 4, 5, 6].map(load));
  expect(values).toEqual([1, 2, 3, 4, 5, 6]);
  expect(Math.max(...sizes)).toBe(2);
});

function slowTable(rows: Record<string, number>) {
  const queries: string[][] = [];
  let answer = () => {};
  return {
    rows,
    queries,
    answer: () => answer(),
    loadMany: (keys: string[]) => {
      queries.push(keys);
      return new Promise<Map<string, number>>((resolve) => {
        answer = () => resolve(new Map(keys.map((key) => [key, rows[key] ?? 0])));
      });
    },
  };
}

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));
