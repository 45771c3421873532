import { expect, test } from "vitest";
import { sharedBuffersMb } from "./shared-buffers";

const GIBIBYTE = 1024 ** 3;
const machine = { memoryBytes: 16 * GIBIBYTE, limitBytes: 0, is32Bit: false };

test("the database gets a quarter of the memory", () => {
  expect(sharedBuffersMb(machine)).toBe(4_096);
  expect(sharedBuffersMb({ ...machine, limitBytes: undefined })).toBe(4_096);
});

test("in a container, a quarter of what the container may have", () => {
  expect(sharedBuffersMb({ ...machine, limitBytes: GIBIBYTE / 2 })).toBe(128);
});

test("a limit above the memory is none", () => {
  expect(sharedBuffersMb({ ...machine, limitBytes: 2 ** 64 })).toBe(4_096);
});

test("neither a tiny nor a huge machine gets what does not help it", () => {
  expect(sharedBuffersMb({ ...machine, memoryBytes: GIBIBYTE / 16 })).toBe(32);
  expect(sharedBuffersMb({ ...machine, memoryBytes: 256 * GIBIBYTE })).toBe(8_192);
});

test("a 32-bit program is asked for no more than fits into its addresses", () => {
  expect(sharedBuffersMb({ ...machine, is32Bit: true })).toBe(512);
});

test("this machine has an answer", () => {
  expect(sharedBuffersMb()).toBeGreaterThanOrEqual(32);
});
