import { expect, it } from "vitest";
import { originOf } from "./uncaught";

function thrown(...frames: string[]): Error {
  const error = new Error("It broke.");
  error.stack = ["AssertionError: It broke.", ...frames.map((frame) => `    at ${frame}`)].join("\n");
  return error;
}

const root = process.cwd();

it.each<[string, string[], object]>([
  [
    "a library that one of our modules called",
    [
      "assert (node:assert:1:2)",
      `Parser.finish (${root}/node_modules/undici/lib/dispatcher/client-h1.js:88:14)`,
      `read (file://${root}/server/links/read.ts:12:3)`,
    ],
    { library: "undici", module: "server/links/read.ts:12" },
  ],
  [
    "a library of a scope, from a timer of its own",
    [
      `Timeout._onTimeout (${root}/node_modules/@redis/client/dist/socket.js:5:1)`,
      "process.processTimers (node:internal/timers:1:1)",
    ],
    { library: "@redis/client" },
  ],
  ["a module of ours", [`${root}/server/sweeper.ts:7:1`], { module: "server/sweeper.ts:7" }],
  ["nowhere that is known", [], {}],
])("an error that nobody handled is told to come from %s", (_, frames, origin) => {
  expect(originOf(thrown(...frames))).toEqual(origin);
});
