import { expect, test } from "vitest";
import { batched } from "./batched";

test("one query is in flight; what is asked meanwhile goes together in the next", async () => {
  const db = slowTable({ a: 1, b: 2, c: 3 });
  const load = batched(db.loadMany);

  const values = Promise.all([load("a"), load("b"), load("c"), load("b")]);
  expect(db.queries).toEqual([["a"]]);
  db.answer();
  await nextTurn();
  expect(db.queries).toEqual([["a"], ["b", "c"]]);
  db.answer();

  expect(await values).toEqual([1, 2, 3, 2]);
});

test("a key that is not there loads as undefined", async () => {
  const load = batched(async () => new Map<string, number>());
  expect(await load("nobody")).toBeUndefined();
});

test("a key asked again while its query runs is read afresh", async () => {
  const db = slowTable({ a: 1 });
  const load = batched(db.loadMany);

  const before = load("a");
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
