import { expect, it } from "vitest";
import { newMessageId } from "./message-id";

it("makes ids of version 7 that never repeat and lie in the order of their making, to the millisecond", () => {
  const ids = Array.from({ length: 10_000 }, newMessageId);
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  const moments = ids.map((id) => id.slice(0, 13));
  expect(moments).toEqual(moments.toSorted());
});
