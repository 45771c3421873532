import fc from "fast-check";
import { expect, test } from "vitest";
import { TokenBucket } from "./token-bucket";

test("lets a burst through, then as many as drip in, and says how long to wait", () => {
  const bucket = new TokenBucket({ burst: 3, perSecond: 2 }, 0);
  expect([bucket.take(0), bucket.take(0), bucket.take(0)]).toEqual([0, 0, 0]);
  expect(bucket.take(0)).toBe(500);
  expect(bucket.take(250)).toBe(250);
  expect(bucket.take(500)).toBe(0);
  expect(bucket.take(500)).toBe(500);
});

test("holds no more than a burst, however long it rests", () => {
  const bucket = new TokenBucket({ burst: 2, perSecond: 5 }, 0);
  expect([bucket.take(3_600_000), bucket.take(3_600_000)]).toEqual([0, 0]);
  expect(bucket.take(3_600_000)).toBe(200);
});

test("is full again when what was taken has dripped in", () => {
  const bucket = new TokenBucket({ burst: 2, perSecond: 1 }, 0);
  expect(bucket.isFull(0)).toBe(true);
  bucket.take(0);
  expect(bucket.isFull(999)).toBe(false);
  expect(bucket.isFull(1_000)).toBe(true);
});

test("a clock that is set back by an hour shuts nobody out for an hour", () => {
  const bucket = new TokenBucket({ burst: 1, perSecond: 1 }, 3_600_000);
  expect(bucket.take(3_600_000)).toBe(0);
  expect(bucket.take(0)).toBe(1_000);
  expect(bucket.take(1_000)).toBe(0);
});

test("who waits exactly as told comes through, whatever the fractions add up to", () => {
  const bucket = new TokenBucket({ burst: 1, perSecond: 1 }, 0);
  bucket.take(0);
  bucket.take(282);
  expect(bucket.take(312)).toBe(688);
  expect(bucket.take(1_000)).toBe(0);
});

test("never lets more through than the burst and what drips in, and whoever waits as told comes through", () => {
  const rate = fc.record({ burst: fc.integer({ min: 1, max: 20 }), perSecond: fc.integer({ min: 1, max: 50 }) });
  fc.assert(
    fc.property(rate, fc.array(fc.nat(400), { maxLength: 100 }), ({ burst, perSecond }, pauses) => {
      const bucket = new TokenBucket({ burst, perSecond }, 0);
      let now = 0;
      let passed = 0;
      for (const pause of pauses) {
        now += pause;
        const waitMs = bucket.take(now);
        if (waitMs === 0) passed++;
        else if (pause % 7 === 0) {
          now += waitMs;
          expect(bucket.take(now)).toBe(0);
          passed++;
        }
        expect(passed).toBeLessThanOrEqual(burst + (now / 1_000) * perSecond + 1e-6);
      }
    }),
    { numRuns: 1_000 },
  );
});
