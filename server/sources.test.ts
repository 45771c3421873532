import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { hashSources } from "./sources";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "adda-sources-"));
  mkdirSync(join(root, "app/rooms"), { recursive: true });
  write("app/rooms/page.tsx", "one");
  write("package-lock.json", "{}");
});
afterEach(() => rmSync(root, { recursive: true }));

const write = (path: string, text: string) => writeFileSync(join(root, path), text);
const hash = () => hashSources(root, ["app", "public", "package-lock.json"]);

it("changes with any content, name or file, and comes back with them", () => {
  const before = hash();

  write("app/rooms/page.tsx", "two");
  const changed = hash();
  expect(changed).not.toBe(before);

  write("app/rooms/page.tsx", "one");
  expect(hash()).toBe(before);

  renameSync(join(root, "app/rooms/page.tsx"), join(root, "app/rooms/layout.tsx"));
  expect(new Set([before, changed]).has(hash())).toBe(false);
});

it("does not change with what no build sees", () => {
  const before = hash();
  write("app/rooms/page.test.tsx", "a test");
  write("README.md", "words");
  expect(hash()).toBe(before);
});
