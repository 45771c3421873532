import { expect, it } from "vitest";
import { decodingBytes } from "./decoding-cost";
import { MemoryBudget } from "./memory-budget";

const MEBIBYTE = 1024 * 1024;

/** Work that begins when the budget lets it, and ends when the test says so. */
function begin(budget: MemoryBudget, bytes: number) {
  let isRunning = false;
  let end: () => void = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const done = budget.run(bytes, async () => {
    isRunning = true;
    await ended;
    isRunning = false;
  });
  return {
    isRunning: () => isRunning,
    async end() {
      end();
      await done;
      // Whoever waited begins in the next turn.
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

it("what fits together runs together, what does not waits, and in order", async () => {
  const budget = new MemoryBudget(100);
  const [first, second, third] = [begin(budget, 60), begin(budget, 50), begin(budget, 10)] as const;
  await Promise.resolve();
  await Promise.resolve();
  expect([first, second, third].map(({ isRunning }) => isRunning())).toEqual([true, false, false]);
  await first.end();
  expect([second, third].map(({ isRunning }) => isRunning())).toEqual([true, true]);
  await Promise.all([second.end(), third.end()]);
});

it("what is larger than the whole budget runs, alone", async () => {
  const budget = new MemoryBudget(100);
  const [small, huge, next] = [begin(budget, 10), begin(budget, 500), begin(budget, 10)] as const;
  await small.end();
  expect([huge, next].map(({ isRunning }) => isRunning())).toEqual([true, false]);
  await huge.end();
  expect(next.isRunning()).toBe(true);
  await next.end();
});

it("work that fails gives its memory back", async () => {
  const budget = new MemoryBudget(100);
  await expect(budget.run(100, () => Promise.reject(new Error("planted")))).rejects.toThrow("planted");
  await expect(budget.run(100, async () => "done")).resolves.toBe("done");
});

it("a progressive JPEG and an interlaced PNG count for what they hold, which a plain one does not", () => {
  const size = { width: 7_000, height: 7_000, channels: 3 as const, depth: "uchar" as const };
  const jpeg = { ...size, format: "jpeg", chromaSubsampling: "4:2:0" };
  const png = { ...size, format: "png" };
  const progressive = decodingBytes({ ...jpeg, isProgressive: true });
  expect(progressive).toBeGreaterThan(decodingBytes(jpeg) + 150 * MEBIBYTE);
  expect(progressive).toBeGreaterThan(200 * MEBIBYTE);
  expect(decodingBytes({ ...png, isProgressive: true })).toBeGreaterThan(decodingBytes(png) + 100 * MEBIBYTE);
  expect(decodingBytes({ ...png, isProgressive: true, depth: "ushort" })).toBeGreaterThan(500 * MEBIBYTE);
});
