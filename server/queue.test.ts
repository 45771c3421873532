import { expect, it } from "vitest";
import { QueueFull, SharedQueue } from "./queue";

/** Work that ends when it is told to. */
function held() {
  const begun: string[] = [];
  const ends: (() => void)[] = [];
  const work = (name: string) => () => {
    begun.push(name);
    return new Promise<void>((resolve) => ends.push(resolve));
  };
  return { begun, work, endOne: () => ends.shift()?.() };
}

it("leaves places for others, however much one of them brings", async () => {
  const queue = new SharedQueue({ atOnce: 3, waitingMax: 10 }, { atOnce: 2, waitingMax: 10 });
  const { begun, work, endOne } = held();
  const all = ["a1", "a2", "a3", "a4", "b1", "c1"].map((name) => queue.run(name.charAt(0), work(name)));
  await nextTurn();
  expect(begun).toEqual(["a1", "a2", "b1"]);
  for (let ended = 0; ended < all.length; ended++) {
    endOne();
    await nextTurn();
  }
  await Promise.all(all);
  expect(begun.toSorted()).toEqual(["a1", "a2", "a3", "a4", "b1", "c1"]);
  expect(begun.indexOf("c1")).toBeLessThan(begun.indexOf("a4"));
});

it("refuses what one brings beyond what may wait, and nobody else's", async () => {
  const queue = new SharedQueue({ atOnce: 3, waitingMax: 10 }, { atOnce: 1, waitingMax: 1 });
  const { begun, work, endOne } = held();
  const [first, second] = [queue.run("a", work("a1")), queue.run("a", work("a2"))];
  await expect(queue.run("a", work("a3"))).rejects.toThrow(QueueFull);
  const other = queue.run("b", work("b1"));
  for (let ended = 0; ended < 3; ended++) {
    await nextTurn();
    endOne();
  }
  await Promise.all([first, second, other]);
  expect(begun.toSorted()).toEqual(["a1", "a2", "b1"]);
});

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
