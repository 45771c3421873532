import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, expect, it } from "vitest";
import { Parsers } from "@/server/parsing/parsers";
import { picture } from "@/test/support/hostile";
import type { Lend } from "./media";
import { openMedia, PICTURES_AT_ONCE } from "./open-media";

const parsers = new Parsers();
afterAll(() => parsers.close());

it.each([
  ["a GIF of four times a still's pixels over its frames", "image/gif", 16, true],
  ["a GIF of more", "image/gif", 17, false],
  ["a WebP of a still's pixels over its frames", "image/webp", 4, true],
  ["a WebP of more, all of which would be held at once", "image/webp", 5, false],
] as const)("%s", async (_, type, frames, isTaken) => {
  const dir = await mkdtemp(join(tmpdir(), "adda-media-"));
  const path = join(dir, "moving");
  await writeFile(path, await moving(500, frames, type));
  const made = openMedia({ picturePixelsMax: 1_000_000 }, parsers).picture((work) => work(path), type, dir);
  if (isTaken) expect(await made).toMatchObject({ animated: true, width: 500, height: 500 });
  else await expect(made).rejects.toThrow("too large");
  await rm(dir, { recursive: true });
});

async function moving(px: number, frames: number, type: "image/gif" | "image/webp"): Promise<Buffer> {
  const pixels = Buffer.alloc(px * px * 3 * frames);
  for (let frame = 0; frame < frames; frame++) pixels.fill(frame * 10, frame * px * px * 3);
  const raw = { width: px, height: px * frames, channels: 3, pageHeight: px } as const;
  const picture = sharp(pixels, { raw });
  return (type === "image/gif" ? picture.gif({ effort: 1 }) : picture.webp({ effort: 0 })).toBuffer();
}

it("fetches no more files than it looks at, however many wait", async () => {
  const dir = await mkdtemp(join(tmpdir(), "adda-media-"));
  const path = join(dir, "picture");
  await writeFile(path, await picture().png().toBuffer());
  let lent = 0;
  let lentMax = 0;
  const lend: Lend = async (work) => {
    lentMax = Math.max(lentMax, ++lent);
    return work(path).finally(() => lent--);
  };
  const media = openMedia({ picturePixelsMax: 1_000_000 }, parsers);
  const made = Array.from({ length: 8 }, async () =>
    media.picture(lend, "image/png", await mkdtemp(join(dir, "made-"))),
  );
  expect((await Promise.all(made)).map(({ width }) => width)).toEqual(Array(8).fill(200));
  expect(lentMax).toBe(PICTURES_AT_ONCE);
  await rm(dir, { recursive: true });
});
