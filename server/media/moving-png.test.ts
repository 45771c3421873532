import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Parsers } from "@/server/parsing/parsers";
import { movingPng } from "@/test/support/hostile";
import { openMedia } from "./open-media";

const RED = "#ff0000ff";
const BLUE = "#0000ffff";
const NOTHING = "#00000000";
const WHOLE = { width: 8, height: 8 };
const CORNER = { x: 4, y: 4, width: 4, height: 4 };

const parsers = new Parsers();
let dir: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "adda-moving-"));
});

afterAll(async () => {
  parsers.close();
  await rm(dir, { recursive: true });
});

async function make(bytes: Buffer, pixelsMax = 1_000_000) {
  const folder = await mkdtemp(join(dir, "made-"));
  const path = join(folder, "given");
  await writeFile(path, bytes);
  const media = openMedia({ picturePixelsMax: pixelsMax }, parsers);
  const { type } = await media.sniff(bytes, "given.png");
  return media.picture((work) => work(path), type, folder);
}

/** What is seen of each frame in its middle corner at the top left and at the bottom right. */
async function seen(path: string): Promise<string[]> {
  const { data, info } = await sharp(path, { animated: true })
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const height = info.pageHeight ?? info.height;
  const name = (x: number, y: number) => {
    const [r = 0, , b = 0, a = 0] = data.subarray((y * info.width + x) * 4);
    if (a < 128) return "-";
    return r > b ? "R" : "B";
  };
  return Array.from({ length: info.height / height }, (_, n) => name(1, n * height + 1) + name(6, n * height + 6));
}

describe("a PNG that moves", () => {
  it.each<[string, Parameters<typeof movingPng>[1], string[]]>([
    [
      "goes on moving",
      [
        { ...WHOLE, colour: RED },
        { ...WHOLE, colour: BLUE },
      ],
      ["RR", "BB"],
    ],
    [
      "changes a corner",
      [
        { ...WHOLE, colour: RED },
        { ...CORNER, colour: BLUE },
        { ...WHOLE, colour: BLUE },
      ],
      ["RR", "RB", "BB"],
    ],
    [
      "lets what is below shine through",
      [
        { ...WHOLE, colour: RED },
        { ...CORNER, colour: "#0000ff40", blend: 1 },
        { ...WHOLE, colour: BLUE },
      ],
      ["RR", "RR", "BB"],
    ],
    [
      "puts nothing in place of what is below",
      [
        { ...WHOLE, colour: RED },
        { ...CORNER, colour: NOTHING },
      ],
      ["RR", "R-"],
    ],
    [
      "takes a frame away",
      [
        { ...WHOLE, colour: RED, dispose: 1 },
        { ...CORNER, colour: BLUE },
      ],
      ["RR", "-B"],
    ],
    [
      "goes back to the frame before",
      [
        { ...WHOLE, colour: RED },
        { ...CORNER, colour: BLUE, dispose: 2 },
        { width: 4, height: 4, colour: BLUE },
      ],
      ["RR", "RB", "BR"],
    ],
  ])("%s", async (_, frames, expected) => {
    const { type, animated, width, height, made } = await make(await movingPng(WHOLE, frames));
    expect({ type, animated, width, height }).toEqual({ type: "image/webp", animated: true, ...WHOLE });
    expect(await seen(made.full)).toEqual(expected);
    expect(Object.keys(made).toSorted()).toEqual(["full", "small", "still"]);
    expect((await sharp(made.full).metadata()).delay?.[0]).toBe(50);
  });

  it("of one frame is a still: it costs no more than one, and may be as large", async () => {
    const size = { width: 1_000, height: 900 };
    expect(await make(await movingPng(size, [{ ...size, colour: RED }]))).toMatchObject({
      type: "image/png",
      animated: false,
      ...size,
    });
  });

  it("is counted over all its frames before one is decoded", async () => {
    const frames = Array.from({ length: 40 }, (_, n) => ({ width: 20, height: 20, colour: n % 2 ? RED : BLUE }));
    const bytes = await movingPng({ width: 200, height: 200 }, [{ width: 200, height: 200, colour: RED }, ...frames]);
    await expect(make(bytes)).rejects.toThrow("too large");
    expect(await make(bytes, 4_000_000)).toMatchObject({ animated: true });
  });
});
