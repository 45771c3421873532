import { expect, it } from "vitest";
import { movingPng, swollen } from "@/test/support/hostile";
import { turnsDuring } from "@/test/support/turns";
import { splitPng } from "./split-png";

const SIZE = { width: 8, height: 8 };
const FRAMES = [
  { ...SIZE, colour: "red" },
  { ...SIZE, colour: "blue" },
];

it("takes a PNG apart whose frames are in many parts", async () => {
  const change = (chunks: [string, Buffer][]) =>
    chunks.flatMap((chunk) => (chunk[0] === "IDAT" ? inBytes(chunk) : [chunk]));
  const whole = await splitPng(await movingPng(SIZE, FRAMES), 10);
  expect(await splitPng(await movingPng(SIZE, FRAMES, { change }), 10)).toEqual(whole);
  expect(whole.frames).toHaveLength(2);
});

it("lets others have their turn for each megabyte", async () => {
  const change = (chunks: [string, Buffer][]) =>
    chunks.flatMap((chunk) =>
      chunk[0] === "IDAT"
        ? [...Array.from({ length: 30 }, (): [string, Buffer] => ["tEXt", Buffer.alloc(1_048_576)]), chunk]
        : [chunk],
    );
  const png = await movingPng(SIZE, FRAMES, { change });
  expect(await turnsDuring(splitPng(png, 10))).toBeGreaterThanOrEqual(30);
});

it("reads no further than 20,000 parts", async () => {
  const png = await swollen(movingPng(SIZE, FRAMES), "tEXt", 15_000 * 12);
  expect((await splitPng(png, 10)).frames).toHaveLength(2);
  for (const type of ["tEXt", "IDAT"]) {
    const many = await swollen(movingPng(SIZE, FRAMES), type, 2 ** 25);
    await expect(splitPng(many, 10)).rejects.toThrow("too many parts");
  }
});

function inBytes([type, data]: [string, Buffer]): [string, Buffer][] {
  return [...data].map((byte) => [type, Buffer.from([byte])]);
}
