import { expect, it } from "vitest";
import { hashPassword, isPassword, NOBODYS_HASH } from "./passwords";

it("knows the right password from a wrong one", async () => {
  const hash = await hashPassword("correct horse");
  expect(await isPassword(hash, "correct horse")).toBe(true);
  expect(await isPassword(hash, "Correct horse")).toBe(false);
});

it("takes one password for the same, whichever keyboard typed it", async () => {
  const hash = await hashPassword("caf\u00e9 \u212b");
  expect(await isPassword(hash, "cafe\u0301 A\u030a")).toBe(true);
});

it("spends on nobody's password what it spends on everybody's", async () => {
  const cost = /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/;
  expect(await hashPassword("correct horse")).toMatch(cost);
  expect(NOBODYS_HASH).toMatch(cost);
  expect(await isPassword(NOBODYS_HASH, "correct horse")).toBe(false);
});
