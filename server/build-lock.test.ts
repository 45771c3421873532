import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { withBuildLock } from "./build-lock";

let path: string;
beforeEach(() => {
  path = join(mkdtempSync(join(tmpdir(), "adda-lock-")), "building");
});
afterEach(() => rmSync(path, { recursive: true, force: true }));

it("lets one build at a time, and tells the other once that it waits", async () => {
  const order: string[] = [];
  let finish = () => {};
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const first = withBuildLock(path, { onWait: () => order.push("first waits") }, async () => {
    await finished;
    order.push("first");
  });
  const second = withBuildLock(path, { onWait: finish }, async () => void order.push("second"));
  await Promise.all([first, second]);

  expect(order).toEqual(["first", "second"]);
  expect(existsSync(path)).toBe(false);
});

it("takes over the lock of a process that died, and lets go of it when the build fails", async () => {
  writeFileSync(path, String(2 ** 30));
  const failing = withBuildLock(path, { onWait: () => {} }, async () => {
    throw new Error("no build");
  });
  await expect(failing).rejects.toThrow("no build");
  expect(existsSync(path)).toBe(false);
});
