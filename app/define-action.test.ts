import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, vi } from "vitest";
import { z } from "zod";

vi.mock("next/headers", () => ({ headers: async () => new Headers({ "x-adda-address": "192.0.2.1" }) }));
vi.mock("./session", () => ({ findOrigin: async () => ({ address: "192.0.2.1" }) }));
vi.mock("@/server/domain/request-rates", () => ({ countRequestFrom: () => {} }));

const { box, defineAction, defineForm, ref, text } = await import("./define-action");

it("everything that a browser can call is made by defineAction or defineForm", () => {
  const files = readdirSync("app", { recursive: true, encoding: "utf8" }).filter((file) =>
    /(?<!\.test)\.tsx?$/.test(file),
  );
  const sources = files.map((file) => [file, readFileSync(join("app", file), "utf8")] as const);
  const actions = sources.filter(([, source]) => /^\s*["']use server["']/m.test(source));
  expect(actions.length).toBeGreaterThan(4);
  for (const [file, source] of actions) {
    expect(source.startsWith('"use server";'), file).toBe(true);
    for (const [line] of source.matchAll(/^export.*/gm)) {
      expect([file, line]).toEqual([
        file,
        expect.stringMatching(/^export const \w+ = define(Action|Form)\($|^export const \w+ = define(Action|Form)\(\S/),
      ]);
    }
  }
});

it("an action is called with what it describes, and with nothing else", async () => {
  const act = vi.fn(async (...given: unknown[]) => given);
  const action: (...given: never[]) => Promise<unknown> = defineAction(z.tuple([ref, z.boolean()]), act);
  expect(await action(...(["lobby", true] as never[]))).toEqual({ ok: true, value: ["lobby", true] });

  const odd = [[], ["lobby"], ["lobby", 1], [{}, true], [null, true], [["lobby"], true], ["lobby", true, 1]];
  const texts = ["\0", "\ud800", "x".repeat(201)].map((id) => [id, true]);
  const reference = new Proxy(() => {}, {
    get() {
      throw new Error("Cannot dot into a temporary client reference.");
    },
  });
  const objects = [reference, new Date(), new Map(), new Set(), new FormData(), Symbol("x"), () => {}].map((id) => [
    id,
    true,
  ]);
  for (const given of [...odd, ...texts, ...objects]) {
    const answer = await action(...(given as never[]));
    expect(answer).toMatchObject({ ok: false, error: { code: "invalid" } });
  }
  expect(act).toHaveBeenCalledTimes(1);
});

it("a form is read field by field", async () => {
  const act = vi.fn(async (fields: unknown) => fields);
  const form = defineForm({ name: text, all: box }, act, ["name"]);
  const call = form as (...given: unknown[]) => Promise<unknown>;
  const filled = (fields: Record<string, string | File>) => {
    const data = new FormData();
    for (const [name, value] of Object.entries(fields)) data.set(name, value);
    return data;
  };
  expect(await call(null, filled({ name: "Ada", all: "on", __proto__x: "1" }))).toEqual({
    ok: true,
    value: { name: "Ada", all: true },
  });
  expect(await call({ odd: 1 }, filled({}))).toEqual({ ok: true, value: { name: "", all: false } });

  for (const given of [[], [null], [null, {}], [null, null], [null, "x"], [null, new Map()], [null, filled({}), 1]]) {
    expect(await call(...given)).toMatchObject({ ok: false, error: { code: "invalid" } });
  }
  expect(await call(null, filled({ name: new File([], "x") }))).toMatchObject({
    ok: false,
    error: { code: "invalid", field: "name" },
  });
  expect(act).toHaveBeenCalledTimes(2);
});
