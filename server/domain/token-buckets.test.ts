import { expect, test } from "vitest";
import { TokenBuckets } from "./token-buckets";

test("each key has a bucket of its own", () => {
  const buckets = new TokenBuckets({ burst: 1, perSecond: 1 });
  expect([buckets.take("ada", 0), buckets.take("ada", 0), buckets.take("grace", 0)]).toEqual([0, 1_000, 0]);
});

test("a price that is known only afterwards is paid before the next token", () => {
  const buckets = new TokenBuckets({ burst: 10, perSecond: 10 });
  expect(buckets.take("ada", 0)).toBe(0);
  buckets.charge("ada", 29, 0);
  expect(buckets.take("ada", 0)).toBe(2_100);
  expect(buckets.take("ada", 2_100)).toBe(0);
});

test("a full bucket is forgotten within a minute, one with a debt is not", () => {
  const buckets = new TokenBuckets({ burst: 10, perSecond: 1 });
  for (let n = 0; n < 1_000; n++) buckets.take(`stranger ${n}`, 0);
  buckets.charge("debtor", 200, 0);
  expect(buckets.size).toBe(1_001);
  buckets.take("somebody", 61_000);
  expect(buckets.size).toBe(2);
  expect(buckets.take("debtor", 61_000)).toBeGreaterThan(0);
});
