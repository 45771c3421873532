import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { PageSlots } from "./page-slots";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Enters and notes it. */
function enterAll(slots: PageSlots, account: string, count: number) {
  const entered: number[] = [];
  const leaves = Array.from({ length: count }, async (_, n) => {
    const leave = await slots.enter(account);
    entered.push(n);
    return leave;
  });
  return { entered, leave: async (n: number) => (await leaves[n])?.() };
}

it("two pages of an account are rendered at once, the next ones in turn, and another account's meanwhile", async () => {
  const slots = new PageSlots();
  const ada = enterAll(slots, "ada", 5);
  const grace = enterAll(slots, "grace", 1);
  await vi.advanceTimersByTimeAsync(0);
  expect([ada.entered, grace.entered]).toEqual([[0, 1], [0]]);
  await ada.leave(1);
  await ada.leave(1);
  await vi.advanceTimersByTimeAsync(0);
  expect(ada.entered).toEqual([0, 1, 2]);
  for (const n of [0, 2, 3, 4]) await ada.leave(n);
  expect(ada.entered).toEqual([0, 1, 2, 3, 4]);
});

it("a page that is read slowly gives its turn to the next after two seconds", async () => {
  const { entered } = enterAll(new PageSlots(), "ada", 4);
  await vi.advanceTimersByTimeAsync(1_999);
  expect(entered).toEqual([0, 1]);
  await vi.advanceTimersByTimeAsync(1);
  expect(entered).toEqual([0, 1, 2, 3]);
});
