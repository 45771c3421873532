import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { picture } from "@/test/support/hostile";
import type { Lend } from "./media";
import { openMedia } from "./open-media";
import { PICTURES_AT_ONCE } from "./pictures";

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
  const media = openMedia({ picturePixelsMax: 1_000_000 });
  const made = Array.from({ length: 8 }, async () =>
    media.picture(lend, "image/png", await mkdtemp(join(dir, "made-"))),
  );
  expect((await Promise.all(made)).map(({ width }) => width)).toEqual(Array(8).fill(200));
  expect(lentMax).toBe(PICTURES_AT_ONCE);
  await rm(dir, { recursive: true });
});
