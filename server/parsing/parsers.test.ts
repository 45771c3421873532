import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { isAlive } from "@/server/is-alive";
import { tasks } from "@/test/support/planted-tasks";
import { Parsers } from "./parsers";

const MEBIBYTE = 1024 * 1024;
const limits = Object.fromEntries(
  Object.keys(tasks).map((name) => [name, { timeoutMs: 20_000, memoryBytes: 200 * MEBIBYTE }]),
);
limits.loops = { timeoutMs: 300, memoryBytes: 200 * MEBIBYTE };

const planted = fileURLToPath(new URL("../../test/support/planted-tasks.ts", import.meta.url));
const parsers = new Parsers({ atOnce: 2, tasksPath: planted, limits });
/** As if they were real ones. */
const run = (name: keyof typeof tasks, input?: unknown) =>
  (parsers.run as (name: string, input: unknown) => Promise<unknown>).call(parsers, name, input);

afterAll(() => parsers.close());

describe("a task that kills its process fails alone: the tasks beside it and after it are done when it", () => {
  it.each<[string, keyof typeof tasks, RegExp]>([
    ["aborts", "aborts", /SIGABRT/],
    ["ends the process", "exits", /ended with 0/],
    ["touches memory that is not its own", "segfaults", /SIGSEGV/],
    ["leaves an error that nobody handles", "rejectsElsewhere", /Nobody handles this/],
    ["loops for ever", "loops", /more than 300 ms/],
    ["fills the heap", "fillsHeap", /heap|bytes of memory/],
    ["fills memory outside the heap", "fillsMemory", /bytes of memory/],
  ])("%s", async (_, name, reason) => {
    const beside = Promise.all(Array.from({ length: 4 }, (_, n) => run("echo", `beside ${n}`)));
    const refused = await run(name).catch((error) => error);
    expect(refused).toMatchObject({ name: "ParserDied", message: expect.stringMatching(reason) });
    expect(await beside).toEqual(["beside 0", "beside 1", "beside 2", "beside 3"]);
    expect(await run("echo", "after")).toBe("after");
  });
});

it("a task's own refusal comes back by its name and field, and its process goes on", async () => {
  const before = await run("pid");
  const refused = await run("throws").catch((error) => error);
  expect(refused).toMatchObject({ name: "UnfitFile", message: "It is broken.", field: "file" });
  expect(await run("pid")).toBe(before);
});

it("a task whose process somebody else ended is done by another one", async () => {
  const pid = (await run("pid")) as number;
  const waiting = run("waits", 300);
  process.kill(pid, "SIGKILL");
  expect(await waiting).toBeUndefined();
  expect(await run("pid")).not.toBe(pid);
});

it("a child process has none of the server's secrets", async () => {
  process.env.AUTH_SECRET = "a secret of the server";
  const others = new Parsers({ tasksPath: planted, limits });
  const names = await (others.run as (name: string) => Promise<string[]>).call(others, "environment");
  expect(names).not.toContain("AUTH_SECRET");
  expect(names).not.toContain("DATABASE_URL");
  others.close();
});

it("a closed one ends its child processes", async () => {
  const others = new Parsers({ tasksPath: planted, limits });
  const call = (others.run as (name: string, input?: unknown) => Promise<unknown>).bind(others);
  const pid = (await call("pid")) as number;
  const busy = call("waits", 60_000).catch((error) => error);
  others.close();
  expect(await busy).toMatchObject({ name: "ParserDied" });
  await expect.poll(() => isAlive(pid)).toBe(false);
});
