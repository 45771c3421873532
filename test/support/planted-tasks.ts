import { setTimeout as sleep } from "node:timers/promises";

const held: unknown[] = [];

/** What untrusted content may make a parser do. */
export const tasks = {
  echo: async (text: string) => text,
  pid: async () => process.pid,
  environment: async () => Object.keys(process.env),
  throws: async () => {
    throw Object.assign(new Error("It is broken."), { name: "UnfitFile", field: "file" });
  },
  rejectsElsewhere: async () => {
    void Promise.reject(new Error("Nobody handles this."));
    await sleep(60_000);
  },
  loops: async () => {
    for (;;);
  },
  aborts: async () => process.abort(),
  exits: async () => process.exit(0),
  segfaults: async () => process.kill(process.pid, "SIGSEGV"),
  fillsHeap: async () => {
    for (;;) held.push({ text: "x".repeat(10) + held.length });
  },
  fillsMemory: async () => {
    for (;;) held.push(Buffer.alloc(8 * 1024 * 1024, 1));
  },
  waits: async (ms: number) => sleep(ms),
};
