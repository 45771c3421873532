import { beforeEach, expect, it } from "vitest";
import { readConfig, setConfig } from "@/server/config";
import { DEVICE_COOKIE, DEVICE_MAX_AGE_S, findDevice, sealDevice } from "./device-cookie";

const AUTH_SECRET = "a-secret-of-the-tests-that-guards-nothing";
const userIdOf = (n: number) => `0198c5de-0000-7000-8000-00000000000${n}`;
const ADA = userIdOf(1);
const GRACE = userIdOf(2);
const header = (value: string) => `theme=dark; ${DEVICE_COOKIE(false)}=${value}`;

beforeEach(() => setConfig(readConfig({ AUTH_SECRET })));

it("a browser stays known, under one id, to each account that signed in there", () => {
  const first = header(sealDevice(undefined, ADA));
  const both = header(sealDevice(first, GRACE));
  const ids = [findDevice(first, ADA), findDevice(both, ADA), findDevice(header(sealDevice(both, ADA)), ADA)];
  expect(ids[0]).toMatch(/^[0-9a-f-]{36}$/);
  expect(new Set(ids).size).toBe(1);
  expect(findDevice(both, GRACE)).not.toBe(ids[0]);
  expect(findDevice(first, GRACE)).toBeNull();
});

it("a browser is forgotten after a year, and by the sixth account", () => {
  const now = Date.now();
  const old = header(sealDevice(undefined, ADA, now - DEVICE_MAX_AGE_S * 1_000));
  expect(findDevice(old, ADA)).toBeNull();
  let cookie = header(sealDevice(undefined, ADA));
  for (let n = 2; n <= 6; n++) cookie = header(sealDevice(cookie, userIdOf(n)));
  expect(findDevice(cookie, ADA)).toBeNull();
  expect(findDevice(cookie, GRACE)).not.toBeNull();
});

it("a cookie that was changed, or sealed by another server, makes nobody known", () => {
  const value = sealDevice(undefined, ADA);
  for (const forged of [value.replace(ADA, GRACE), value.slice(0, -1), `${value}x`, "", "~~~", "x".repeat(10_000)]) {
    expect(findDevice(header(forged), GRACE), forged).toBeNull();
  }
  setConfig(readConfig({ AUTH_SECRET: "x".repeat(32) }));
  expect(findDevice(header(value), ADA)).toBeNull();
});
