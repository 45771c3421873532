import { readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, it, onTestFinished } from "vitest";
import { PLACE, RECORDINGS, recording } from "@/test/support/recordings";
import { edited } from "./edits";
import { memorySource } from "./source";
import { planFor, stripMetadata } from "./strip-metadata";

it.each(RECORDINGS)("%s loses its place, keeps its length, and is left alone when asked again", async (name) => {
  const before = recording(name);
  const dir = await mkdtemp(join(tmpdir(), "adda-metadata-"));
  onTestFinished(() => rm(dir, { recursive: true }));
  const path = join(dir, name);
  writeFileSync(path, before);

  expect(before.includes(PLACE)).toBe(true);
  expect(stripMetadata({ path })).toEqual({ isChanged: true, keepsMetadata: false });
  const after = readFileSync(path);
  expect(after.includes(PLACE)).toBe(false);
  expect(after.length).toBe(before.length);
  expect(stripMetadata({ path })).toEqual({ isChanged: false, keepsMetadata: false });
});

it("whatever the bytes are, a plan comes soon and leaves the file as long as it was", () => {
  const numbers = [0, 1, 7, 8, 0x7f, 0x80, 0xff];
  const change = fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), byte: fc.constantFrom(...numbers) });
  const given = fc.record({
    name: fc.constantFrom(...RECORDINGS),
    changes: fc.array(change, { maxLength: 12 }),
    share: fc.oneof(fc.constant(1), fc.double({ min: 0, max: 1, noNaN: true })),
  });
  fc.assert(
    fc.property(given, ({ name, changes, share }) => {
      const whole = recording(name);
      const bytes = whole.subarray(0, Math.ceil(whole.length * share));
      // Most headers stand at the beginning.
      for (const { at, byte } of changes) bytes[Math.floor(at ** 2 * bytes.length)] = byte;
      const { edits } = planFor(memorySource(bytes));
      for (const edit of edits) expect(edit.start).toBeLessThan(bytes.length + 1);
      const once = edited(bytes, edits);
      expect(once.length).toBe(bytes.length);
      expect(() => planFor(memorySource(once))).not.toThrow();
    }),
    { numRuns: 2_000 },
  );
});
