import { randomUUID } from "node:crypto";
import { expect, it } from "vitest";
import { beginUpload } from "@/server/domain/files/uploads";
import { createRoom } from "@/server/domain/rooms";
import { testConfig, useTestDomain } from "../support/domain";
import { useTestFiles } from "../support/files";
import { picture } from "../support/hostile";
import { newPerson } from "../support/people";

const BURST = 150;

useTestDomain({ FILE_BURST_PER_ADDRESS: String(BURST), FILES_PER_SECOND_PER_ADDRESS: "0.01" });
const { upload, get, origin } = useTestFiles();

it("a page of many pictures is shown whole, and who asks without end is told to wait, whatever they ask for", async () => {
  const grace = await newPerson("Grace");
  const room = await createRoom(grace, { name: `Room ${randomUUID().slice(0, 8)}` });
  const { small = "" } = await upload(grace, room.id, { name: "a.png", bytes: await picture().png().toBuffer() });
  const from = (address: string) => ({ "x-adda-address": address });
  const askMany = (address: string, path: string, count: number) =>
    Promise.all(Array.from({ length: count }, async () => (await get(grace, path, from(address))).status));

  expect(new Set(await askMany("192.0.2.1", small, 60))).toEqual(new Set([200]));
  expect(new Set(await askMany("192.0.2.1", `/pictures/person/${grace.id}`, 50))).toEqual(new Set([204]));
  expect(await askMany("192.0.2.1", small, BURST - 110 + 5)).toContain(429);

  const refused = await get(grace, small, from("192.0.2.1"));
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  expect(await refused.json()).toMatchObject({ error: { code: "rate_limited", retryAfterMs: expect.any(Number) } });
  expect((await get(grace, `/pictures/person/${grace.id}`, from("192.0.2.1"))).status).toBe(429);
  expect((await get(grace, small, from("192.0.2.2"))).status).toBe(200);

  const begun = await beginUpload(grace, room.id, { name: "a.bin", size: 4, alt: "", voice: false });
  const [{ url, headers } = { url: "", headers: {} }] = begun.upload?.parts ?? [];
  const send = (address: string) =>
    fetch(new URL(url, origin()), { method: "PUT", headers: { ...headers, ...from(address) }, body: "four" });
  expect((await send("192.0.2.1")).status).toBe(429);
  expect((await send("192.0.2.2")).status).toBe(204);
});

it("by default a page may ask for some hundred pictures at once", () => {
  expect(testConfig().fileRatePerAddress).toEqual({ burst: 1_000, perSecond: 100 });
});
